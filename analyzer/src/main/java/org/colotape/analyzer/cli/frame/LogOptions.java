package org.colotape.analyzer.cli.frame;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.timeline.SnapshotCache;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.broker.EmbeddedBroker;
import org.colotape.schema.kafka.KafkaLog;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.RecordingLog;
import org.colotape.schema.tape.Tape;
import org.colotape.schema.tape.TapeSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Says where recordings are: with the embedded broker of a home directory, or on a cluster. */
public final class LogOptions {
  /** How a parameter that takes a recording or a tape is described in {@code --help}. */
  public static final String RECORDING_HELP =
      "Name of a recording; with a '/' in it (./x.tape), the path of a tape file.";

  private static final String BOOTSTRAP = "bootstrap.servers";

  private final Terminal terminal;
  private final Queue<EmbeddedBroker> brokers = new ConcurrentLinkedQueue<>();

  @Option(
      names = "--home",
      paramLabel = "DIR",
      order = 100,
      scope = ScopeType.INHERIT,
      description = {
        "Directory of the embedded broker with its recordings, of scratch space, and of"
            + " snapshots, which can be deleted. Default:"
            + " $COLOTAPE_HOME, else ~/.local/share/colotape."
      })
  private @Nullable Path home;

  @Option(
      names = "--bootstrap-server",
      paramLabel = "HOST:PORT[,...]",
      order = 101,
      scope = ScopeType.INHERIT,
      description = "Recordings are on this Kafka cluster, not with the embedded broker.")
  private @Nullable String bootstrapServer;

  @Option(
      names = "--kafka-config",
      paramLabel = "FILE",
      order = 102,
      scope = ScopeType.INHERIT,
      description = {
        "Properties for Kafka clients, with the keys of Kafka's own tools. Chooses a cluster, too;"
            + " --bootstrap-server overrides its bootstrap.servers."
      })
  private @Nullable Path kafkaConfig;

  /** Options of a program that runs on this terminal. */
  public LogOptions(Terminal terminal) {
    this.terminal = terminal;
  }

  /** The home directory, which need not exist yet. */
  public Path home() {
    if (home != null) {
      return home;
    }
    String variable = terminal.variable("COLOTAPE_HOME");
    if (variable != null) {
      return Path.of(variable);
    }
    String user = terminal.variable("HOME");
    return Path.of(
        user == null ? System.getProperty("user.home") : user, ".local", "share", "colotape");
  }

  /** True if the user said where recordings are, so that nothing is taken by default. */
  public boolean isChosen() {
    return home != null
        || bootstrapServer != null
        || kafkaConfig != null
        || terminal.variable("COLOTAPE_HOME") != null;
  }

  /** Where recordings are, for people. */
  public String where() {
    return bootstrapServer == null && kafkaConfig == null
        ? home().toAbsolutePath().toString()
        : String.valueOf(clientProperties().get(BOOTSTRAP));
  }

  /** Where rebuilt guest memory takes its space. */
  public ScratchSpace scratch() {
    return ScratchSpace.preferMemory(home().resolve("scratch"));
  }

  /** Where snapshots of replays are kept. */
  public SnapshotCache snapshots() {
    return SnapshotCache.in(home().resolve("snapshots"));
  }

  /**
   * Opens the log that the options choose.
   *
   * @throws ColotapeException if its broker can't be started or reached
   */
  public RecordingLog open() {
    if (bootstrapServer != null || kafkaConfig != null) {
      return KafkaLog.connect(clientProperties());
    }
    brokers.add(EmbeddedBroker.open(home()));
    return KafkaLog.embedded(home());
  }

  /**
   * Stops the broker that the command has run, if it has. Only now: it may be in use by others, and
   * what the command has to say need not wait for them.
   */
  public void close() {
    EmbeddedBroker broker = brokers.poll();
    while (broker != null) {
      broker.close(terminal::problem);
      broker = brokers.poll();
    }
  }

  /**
   * Opens what the user named as a recording: with a {@code '/'} in it a tape file, else a
   * recording in the log.
   *
   * @return its events; closing them closes the log, too
   * @throws ColotapeException if there is no such thing, or it can't be reached
   */
  public EventSource read(String recording) {
    if (recording.indexOf('/') >= 0) {
      return TapeSource.open(Path.of(recording));
    }
    RecordingLog log = open();
    try {
      check(log, recording);
      return new OwningSource(log.open(recording), log);
    } catch (RuntimeException e) {
      log.close();
      throw e;
    }
  }

  /**
   * Opens what the user named as a recording, as {@link #read}, to be read from any event on.
   *
   * @throws ColotapeException if there is no such thing, or it can't be reached
   */
  public OpenRecording seek(String recording) {
    if (recording.indexOf('/') >= 0) {
      return new OpenRecording(Tape.of(Path.of(recording)), null);
    }
    RecordingLog log = open();
    try {
      check(log, recording);
      return new OpenRecording(log.seekable(recording), log);
    } catch (RuntimeException e) {
      log.close();
      throw e;
    }
  }

  private static void check(RecordingLog log, String recording) {
    if (Files.exists(Path.of(recording))
        && log.list().stream().noneMatch(r -> r.getName().equals(recording))) {
      throw new ColotapeException(
          "no such recording", recording, "for the tape file of that name write ./" + recording);
    }
  }

  private Map<String, Object> clientProperties() {
    Map<String, Object> properties = new HashMap<>();
    if (kafkaConfig != null) {
      load(kafkaConfig).forEach((key, value) -> properties.put(key.toString(), value));
    }
    if (bootstrapServer != null) {
      properties.put(BOOTSTRAP, bootstrapServer);
    }
    if (kafkaConfig != null && !properties.containsKey(BOOTSTRAP)) {
      throw new ColotapeException(
          "Kafka configuration lacks " + BOOTSTRAP,
          kafkaConfig.toString(),
          "add it there, or give --bootstrap-server");
    }
    return properties;
  }

  private static Properties load(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
      return properties;
    } catch (NoSuchFileException e) {
      throw new ColotapeException(
          "no such file", file.toString(), "check the path of --kafka-config", e);
    } catch (IOException | IllegalArgumentException e) {
      throw new ColotapeException(
          "cannot read Kafka configuration: " + e.getMessage(),
          file.toString(),
          "give a text file with lines key=value",
          e);
    }
  }
}
