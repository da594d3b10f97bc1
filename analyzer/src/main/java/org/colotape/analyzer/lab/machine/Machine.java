package org.colotape.analyzer.lab.machine;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.TimeUnit;
import org.colotape.recorder.qmp.QmpClient;
import org.colotape.schema.ColotapeException;
import org.jspecify.annotations.Nullable;

/** A virtual machine whose RAM is a file. */
public final class Machine implements AutoCloseable {
  /** Name of the large RAM block: the id of its memory backend. */
  public static final String RAM_BLOCK = "ram";

  private static final Duration START = Duration.ofSeconds(20);
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final long LOOK_MILLIS = 10;

  /** Lines of QEMU's own output that a failure cites. */
  private static final int MOST_LINES = 3;

  private final String name;
  private final Process process;
  private final Path log;
  private final Path ram;
  private final Path observerSocket;
  private @Nullable QmpClient monitor;

  private Machine(String name, Process process, Path log, Path ram, Path observerSocket) {
    this.name = name;
    this.process = process;
    this.log = log;
    this.ram = ram;
    this.observerSocket = observerSocket;
  }

  /**
   * Starts a machine.
   *
   * @param name what it is called, and its files are
   * @param incoming true if it waits for a migration
   * @throws ColotapeException if QEMU does not start it: says what QEMU said
   */
  public static Machine start(
      Hypervisor hypervisor,
      Workplace workplace,
      String name,
      Hardware hardware,
      boolean incoming) {
    Path folder = workplace.folder();
    Path ram = workplace.memory().resolve(name + ".ram");
    Path log = folder.resolve(name + ".log");
    List<String> command = new ArrayList<>(hypervisor.command());
    command.addAll(List.of("-name", name, "-m", Integer.toString(hardware.ramMib())));
    // the host writes the clock page of a kvm guest, which would then differ between the two sides
    command.addAll(
        hypervisor.kvm()
            ? List.of("-accel", "kvm", "-cpu", "qemu64,-kvmclock")
            : List.of("-accel", "tcg"));
    command.addAll(List.of("-nodefaults", "-display", "none", "-no-user-config"));
    command.addAll(
        List.of(
            "-object",
            "memory-backend-file,share=on,id=%s,size=%dM,mem-path=%s"
                .formatted(RAM_BLOCK, hardware.ramMib(), ram)));
    command.addAll(List.of("-machine", hardware.type() + ",memory-backend=" + RAM_BLOCK));
    command.addAll(List.of("-bios", hardware.firmware().toString()));
    for (String socket : List.of(name + ".qmp", name + ".observe")) {
      command.addAll(List.of("-qmp", "unix:" + folder.resolve(socket) + ",server=on,wait=off"));
    }
    if (incoming) {
      command.addAll(List.of("-incoming", "defer"));
    }
    Machine machine = launch(command, name, log, ram, folder.resolve(name + ".observe"));
    try {
      machine.monitor = machine.connect(folder.resolve(name + ".qmp"));
      return machine;
    } catch (ColotapeException e) {
      machine.close();
      throw e;
    }
  }

  private static Machine launch(
      List<String> command, String name, Path log, Path ram, Path observerSocket) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(new File("/dev/null"))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      return new Machine(name, process, log, ram, observerSocket);
    } catch (IOException e) {
      throw new ColotapeException(
          "QEMU can't be started: " + e.getMessage(),
          command.getFirst(),
          "check --qemu and --qemu-arg",
          e);
    }
  }

  private QmpClient connect(Path socket) {
    long deadline = System.nanoTime() + START.toNanos();
    while (true) {
      try {
        return QmpClient.connect(socket);
      } catch (ColotapeException e) {
        // QEMU makes the socket first, and listens then
        mustLive();
        if (System.nanoTime() - deadline > 0) {
          throw e;
        }
        pause();
      }
    }
  }

  /** Waits until the guest says that it is ready. */
  public void awaitGuest(long address, int mark) {
    long deadline = System.nanoTime() + START.toNanos();
    while (ram(address, Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).getInt(0) != mark) {
      mustLive();
      if (System.nanoTime() - deadline > 0) {
        throw new ColotapeException(
            "the guest does not boot within " + START.toSeconds() + " s",
            name,
            "see whether the machine is overloaded, or try another QEMU");
      }
      pause();
    }
  }

  /** The byte at an address of its RAM now. */
  public byte ram(long address) {
    return ram(address, 1).get(0);
  }

  private ByteBuffer ram(long address, int length) {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    try (FileChannel memory = FileChannel.open(ram, StandardOpenOption.READ)) {
      memory.read(bytes, address);
    } catch (IOException e) {
      throw new ColotapeException(
          "guest memory can't be read: " + e.getMessage(), ram.toString(), "try again", e);
    }
    return bytes;
  }

  /** What it is called. */
  public String name() {
    return name;
  }

  /** True as long as QEMU runs. */
  public boolean lives() {
    return process.isAlive();
  }

  /**
   * Demands that QEMU runs.
   *
   * @throws ColotapeException if it does not: says what QEMU said last
   */
  public void mustLive() {
    if (!lives()) {
      throw new ColotapeException(
          "QEMU ended by itself: " + end(),
          name,
          "run it by hand to see more, or try another one",
          new QemuWords(name, words(), true));
    }
  }

  /** What QEMU said last; how it ended, if it said nothing. */
  private String words() {
    List<String> lines = complaints();
    return lines.isEmpty() ? "exit code " + process.exitValue() : lines.getLast();
  }

  /** How it ended, in QEMU's own words as far as it had some. */
  public String end() {
    List<String> lines = complaints();
    String code = process.isAlive() ? "it runs" : "exit code " + process.exitValue();
    return lines.isEmpty()
        ? code
        : code
            + ", it said: "
            + String.join(
                " / ", lines.subList(Math.max(0, lines.size() - MOST_LINES), lines.size()));
  }

  /** What QEMU wrote to stderr and stdout, but for mere warnings. */
  public List<String> complaints() {
    try {
      return Files.readAllLines(log).stream()
          .filter(line -> !line.isBlank() && !line.contains("warning: "))
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Its monitor. */
  public QmpClient monitor() {
    QmpClient connected = monitor;
    if (connected == null) {
      throw new IllegalStateException("not connected");
    }
    return connected;
  }

  /** QEMU's version. */
  public String version() {
    JsonNode version = monitor().execute("query-version", Map.of()).path("qemu");
    return version.path("major").asText()
        + "."
        + version.path("minor").asText()
        + "."
        + version.path("micro").asText();
  }

  /** Type of the machine that QEMU made, without the names that only stand for it. */
  public String type() {
    String name =
        monitor().execute("qom-get", Map.of("path", "/machine", "property", "type")).asText();
    return name.replaceFirst("-machine$", "");
  }

  /** True if its guest runs under kvm. */
  public boolean isUnderKvm() {
    return monitor().execute("query-kvm", Map.of()).path("enabled").asBoolean();
  }

  /**
   * Switches capabilities of migration on, all at once, and with them those that QEMU demands for
   * them: what it refuses is tried again with the capabilities that its refusal names.
   *
   * @return all that are on now because of it
   * @throws ColotapeException if QEMU refuses them, in its own words
   */
  public List<String> enable(List<String> capabilities) {
    SequencedSet<String> wanted = new LinkedHashSet<>(capabilities);
    List<String> known = capabilities();
    while (true) {
      List<Map<String, Object>> states =
          wanted.stream()
              .map(one -> Map.<String, Object>of("capability", one, "state", true))
              .toList();
      String refusal =
          monitor().refusal("migrate-set-capabilities", Map.of("capabilities", states));
      if (refusal == null) {
        return List.copyOf(wanted);
      }
      if (!wanted.addAll(
          known.stream().filter(one -> refusal.contains("'" + one + "'")).toList())) {
        throw refused(String.join(", ", wanted), refusal);
      }
    }
  }

  /** The capabilities of migration that QEMU has. */
  public List<String> capabilities() {
    List<String> names = new ArrayList<>();
    monitor()
        .execute("query-migrate-capabilities", Map.of())
        .forEach(one -> names.add(one.path("capability").asText()));
    return names;
  }

  /**
   * Sets a parameter of migration.
   *
   * @throws ColotapeException if QEMU refuses it, in its own words
   */
  public void set(String parameter, Object value) {
    String refusal = monitor().refusal("migrate-set-parameters", Map.of(parameter, value));
    if (refusal != null) {
      throw refused(parameter + "=" + value, refusal);
    }
  }

  /**
   * Executes a command of its monitor.
   *
   * @throws ColotapeException if QEMU refuses it, in its own words
   */
  public void demand(String command, Map<String, ?> arguments) {
    String refusal = monitor().refusal(command, arguments);
    if (refusal != null) {
      throw refused(command, refusal);
    }
  }

  /** In which state it says it is, for people. */
  public String condition() {
    try {
      JsonNode status = monitor().execute("query-status", Map.of(), SOON);
      JsonNode migration = monitor().execute("query-migrate", Map.of(), SOON);
      String error = migration.path("error-desc").asText();
      return status.path("status").asText()
          + ", migration "
          + migration.path("status").asText("none")
          + (error.isEmpty() ? "" : ": " + error);
    } catch (ColotapeException e) {
      return "no answer";
    }
  }

  private ColotapeException refused(String what, String words) {
    return new ColotapeException(
        "QEMU refuses %s: %s".formatted(what, words),
        name + ", QEMU " + version(),
        "choose something else, or another QEMU",
        new QemuWords(name, words, false));
  }

  /** Number of its process. */
  public long pid() {
    return process.pid();
  }

  /** The file that is its RAM. */
  public Path ramFile() {
    return ram;
  }

  /** A further monitor, for one who observes memory. */
  public Path observerSocket() {
    return observerSocket;
  }

  /** Kills it at once, as a crash of its host would. */
  public void kill() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kill();
    if (monitor != null) {
      monitor.close();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ColotapeException("interrupted", "", "start again", e);
    }
  }
}
