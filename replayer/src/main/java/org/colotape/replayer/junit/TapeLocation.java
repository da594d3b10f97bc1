package org.colotape.replayer.junit;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.kafka.KafkaLog;
import org.colotape.schema.log.RecordingLog;
import org.colotape.schema.log.SeekableRecording;
import org.colotape.schema.tape.Tape;
import org.junit.platform.commons.support.ReflectionSupport;

/** Finds the recording that a {@link ReplayTest} names. */
final class TapeLocation {
  private static final String FILE = "file:";
  private static final String CLASS_PATH = "classpath:";
  private static final String KAFKA = "kafka:";
  private static final String BOOTSTRAP = "colotape.bootstrap.servers";
  private static final String HOME = "colotape.home";

  /**
   * A recording that was found.
   *
   * @param recording its events
   * @param onClose releases it
   */
  record Found(SeekableRecording recording, Runnable onClose) {}

  private final Class<?> test;
  private final Optional<Class<? extends TapeRecorder>> recorder;
  private final Function<String, Optional<String>> configuration;
  private final Path folder;

  /**
   * @param test the test's class, whose class loader and package count
   * @param recorder makes a missing tape file
   * @param configuration JUnit's configuration parameters
   * @param folder for files that must be unpacked
   */
  TapeLocation(
      Class<?> test,
      Optional<Class<? extends TapeRecorder>> recorder,
      Function<String, Optional<String>> configuration,
      Path folder) {
    this.test = test;
    this.recorder = recorder;
    this.configuration = configuration;
    this.folder = folder;
  }

  /**
   * Finds it.
   *
   * @throws ColotapeException if it is not there, or can't be read
   */
  Found find(String name) {
    if (name.startsWith(KAFKA)) {
      return inLog(name.substring(KAFKA.length()));
    }
    return new Found(Tape.of(file(name)), () -> {});
  }

  private Path file(String name) {
    if (name.startsWith(CLASS_PATH)) {
      return resource(name.substring(CLASS_PATH.length()))
          .orElseThrow(() -> missing(name, "put the tape on the class path of the tests"));
    }
    boolean fileOnly = name.startsWith(FILE);
    Path file = Path.of(fileOnly ? name.substring(FILE.length()) : name);
    if (Files.exists(file)) {
      return file;
    }
    Optional<Path> packed = fileOnly ? Optional.empty() : resource(name);
    if (packed.isPresent()) {
      return packed.get();
    }
    Class<? extends TapeRecorder> maker =
        recorder.orElseThrow(() ->
            missing(
                file.toAbsolutePath().toString(),
                "put the tape there or on the class path, or say with @RecordedWith how it is"
                    + " made"));
    record(file, maker);
    return file;
  }

  /** Tests that want the same tape under other rules may ask at the same time. */
  private static synchronized void record(Path file, Class<? extends TapeRecorder> maker) {
    if (Files.exists(file)) {
      return;
    }
    Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.deleteIfExists(unfinished);
      ReflectionSupport.newInstance(maker).record(unfinished);
      if (!Files.exists(unfinished)) {
        throw new ColotapeException(
            maker.getName() + " recorded nothing",
            file.toString(),
            "make it write the tape to the path that it is given");
      }
      Tape.of(unfinished);
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (ColotapeException e) {
      throw e;
    } catch (Exception e) {
      throw new ColotapeException(
          maker.getName() + " failed: " + e, file.toString(), "see the cause", e);
    }
  }

  private Optional<Path> resource(String name) {
    URL url = test.getResource(name);
    URL found = url == null ? test.getResource("/" + name) : url;
    if (found == null) {
      return Optional.empty();
    }
    try (InputStream in = found.openStream()) {
      Path file = Files.createTempFile(folder, "tape", ".avro");
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      return Optional.of(file);
    } catch (IOException e) {
      throw new ColotapeException(
          "cannot unpack tape: " + e.getMessage(), found.toString(), "check the disk", e);
    }
  }

  private Found inLog(String name) {
    RecordingLog log =
        configuration
            .apply(BOOTSTRAP)
            .map(servers -> KafkaLog.connect(Map.of("bootstrap.servers", servers)))
            .or(() -> configuration.apply(HOME).map(home -> KafkaLog.embedded(Path.of(home))))
            .orElseThrow(() ->
                new ColotapeException(
                    "no cluster to look for the recording in",
                    name,
                    "set the JUnit configuration parameter " + BOOTSTRAP + " or " + HOME));
    try {
      return new Found(log.seekable(name), log::close);
    } catch (RuntimeException e) {
      log.close();
      throw e;
    }
  }

  private static ColotapeException missing(String place, String remedy) {
    return new ColotapeException("no such tape", place, remedy);
  }
}
