package org.colotape.recorder.qemu;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A running virtual machine whose RAM is a file. */
public final class Qemu implements AutoCloseable {
  /** Size of the only large RAM block, in bytes. */
  public static final int RAM_BYTES = 32 << 20;

  /** Name of that RAM block: the id of its memory backend. */
  public static final String RAM_BLOCK = "ram";

  private static final int BUSY_PAGES = 256;

  private final Process process;
  private final Monitor monitor;
  private final Path ram;
  private final Path log;

  private Qemu(Process process, Monitor monitor, Path ram, Path log) {
    this.process = process;
    this.monitor = monitor;
    this.ram = ram;
    this.log = log;
  }

  /** True if guests can run under kvm; the COLO of older QEMUs deadlocks early without it. */
  public static boolean hasKvm() {
    return Files.isWritable(Path.of("/dev/kvm"));
  }

  /**
   * Starts a machine.
   *
   * @param program the QEMU that runs it
   * @param folder where its files go
   * @param name of the machine, unique in the folder
   * @param incoming true if it waits for a migration
   */
  public static Qemu start(QemuProgram program, Path folder, String name, boolean incoming)
      throws IOException, InterruptedException {
    return start(program, folder, name, incoming, RAM_BYTES >> 20, BUSY_PAGES);
  }

  /**
   * Starts a primary with a device that its secondary lacks.
   *
   * @param device as QEMU's option -device takes it
   */
  public static Qemu startWith(QemuProgram program, Path folder, String name, String device)
      throws IOException, InterruptedException {
    return launch(
        folder,
        name,
        program,
        processor(),
        "pc",
        RAM_BYTES >> 20,
        BusyGuest.writeDisk(folder, BUSY_PAGES),
        List.of("-device", device));
  }

  /** The host writes the clock page of a kvm guest, which would differ between the two sides. */
  private static List<String> processor() {
    return hasKvm()
        ? List.of("-accel", "kvm", "-cpu", "qemu64,-kvmclock")
        : List.of("-accel", "tcg");
  }

  /**
   * Starts a machine of another size. If the file of its RAM is there, it is the RAM's contents.
   *
   * @param ramMib size of its RAM
   * @param busyPages number of pages that its guest keeps dirty
   */
  public static Qemu start(
      QemuProgram program, Path folder, String name, boolean incoming, int ramMib, int busyPages)
      throws IOException, InterruptedException {
    List<String> further = incoming ? List.of("-incoming", "defer") : List.of();
    return launch(
        folder,
        name,
        program,
        processor(),
        "pc",
        ramMib,
        BusyGuest.writeDisk(folder, busyPages),
        further);
  }

  /**
   * Starts a secondary as the shared captures' machines were: with a serial port and a disk. It
   * waits for a migration, and does not run by itself when that has come.
   *
   * @param program the QEMU that runs it
   * @param processor the arguments for its accelerator and its processor
   * @param machine type of the machine
   * @param ramMib size of its RAM
   */
  public static Qemu secondary(
      QemuProgram program, Path folder, List<String> processor, String machine, int ramMib)
      throws IOException, InterruptedException {
    Path disk = Files.write(folder.resolve("empty.img"), new byte[1 << 20]);
    List<String> further = List.of("-serial", "null", "-S", "-incoming", "defer");
    return launch(folder, "secondary", program, processor, machine, ramMib, disk, further);
  }

  private static Qemu launch(
      Path folder,
      String name,
      QemuProgram program,
      List<String> processor,
      String machine,
      int ramMib,
      Path disk,
      List<String> further)
      throws IOException, InterruptedException {
    Path ram = folder.resolve(name + ".ram");
    Path qmp = folder.resolve(name + ".qmp");
    Path log = folder.resolve(name + ".log");
    List<String> command = new ArrayList<>();
    command.add(program.start().toString());
    command.addAll(List.of("-name", name, "-m", Integer.toString(ramMib)));
    command.addAll(processor);
    command.addAll(List.of("-nodefaults", "-display", "none", "-no-user-config"));
    command.add("-object");
    command.add(
        "memory-backend-file,share=on,id=%s,size=%dM,mem-path=%s"
            .formatted(RAM_BLOCK, ramMib, ram));
    command.addAll(List.of("-machine", machine + ",memory-backend=" + RAM_BLOCK));
    command.addAll(List.of("-drive", "if=none,id=disk,format=raw,snapshot=on,file=" + disk));
    command.addAll(List.of("-device", "ide-hd,drive=disk"));
    command.addAll(List.of("-qmp", "unix:" + qmp + ",server=on,wait=off"));
    command.addAll(further);
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new Qemu(process, Monitor.connect(qmp), ram, log);
  }

  /**
   * Turns COLO on, and the return path where QEMU wants one for it; both sides must.
   *
   * @return true if it wanted one
   */
  public boolean enableColo() throws IOException {
    try {
      enable("x-colo");
      return false;
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("return-path")) {
        throw e;
      }
      enable("x-colo", "return-path");
      return true;
    }
  }

  /** Sets a parameter of migration. */
  public void set(String parameter, Object value) throws IOException {
    monitor.execute("migrate-set-parameters", Map.of(parameter, value));
  }

  /** Turns multifd on, with so many channels; both sides must. */
  public void enableMultifd(int channels) throws IOException {
    enable("multifd");
    set("multifd-channels", channels);
  }

  /** Turns capabilities of migration on, all at once. */
  public void enable(String... capabilities) throws IOException {
    List<Map<String, Object>> states =
        Stream.of(capabilities)
            .map(one -> Map.<String, Object>of("capability", one, "state", true))
            .toList();
    monitor.execute("migrate-set-capabilities", Map.of("capabilities", states));
  }

  /** Sets the time between two checkpoints. */
  public void setCheckpointDelay(Duration delay) throws IOException {
    set("x-checkpoint-delay", delay.toMillis());
  }

  /** Number of its process. */
  public long pid() {
    return process.pid();
  }

  /** The file that is its RAM. */
  public Path ramFile() {
    return ram;
  }

  /** Leaves the guest stopped when a migration has arrived. */
  public void keepStopped() throws IOException {
    monitor.execute("stop", Map.of());
  }

  /** Lets migrations use all the bandwidth that there is. */
  public void unlimitBandwidth() throws IOException {
    set("max-bandwidth", 1L << 40);
  }

  /** How long the migration took that is over, in milliseconds. */
  public long totalMillis() throws IOException {
    return monitor.execute("query-migrate", Map.of()).path("total-time").asLong();
  }

  /** How long each of its pauses took so far, in microseconds. */
  public List<Long> pauses() throws IOException {
    monitor.execute("query-status", Map.of());
    List<Long> pauses = new ArrayList<>();
    long stopped = -1;
    for (JsonNode event : monitor.events()) {
      JsonNode time = event.path("timestamp");
      long micros = time.path("seconds").asLong() * 1_000_000 + time.path("microseconds").asLong();
      switch (event.path("event").asText()) {
        case "STOP" -> stopped = micros;
        case "RESUME" -> {
          if (stopped >= 0) {
            pauses.add(micros - stopped);
            stopped = -1;
          }
        }
        default -> {}
      }
    }
    return pauses;
  }

  /** Waits for a migration at a free port of the loopback, which it returns. */
  public int listen() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    monitor.execute("migrate-incoming", Map.of("uri", "tcp:127.0.0.1:" + port));
    return port;
  }

  /** Begins to migrate to this port of the loopback. */
  public void migrateTo(int port) throws IOException {
    monitor.execute("migrate", Map.of("uri", "tcp:127.0.0.1:" + port));
  }

  /** Waits until the migration is over. */
  public String awaitMigration(Duration most) throws IOException, InterruptedException {
    Instant latest = Instant.now().plus(most);
    String status = "none";
    while (Instant.now().isBefore(latest) && !List.of("completed", "failed").contains(status)) {
      Thread.sleep(50);
      status = monitor.execute("query-migrate", Map.of()).path("status").asText();
    }
    return status;
  }

  /** Waits until the guest has booted and dirties memory. */
  public void awaitGuest() throws IOException, InterruptedException {
    ByteBuffer word = ByteBuffer.allocate(Integer.BYTES);
    try (FileChannel memory = FileChannel.open(ram, StandardOpenOption.READ)) {
      for (int i = 0; i < 2000; i++) {
        memory.read(word.clear(), BusyGuest.FROM);
        if (word.getInt(0) != 0) {
          return;
        }
        Thread.sleep(10);
      }
    }
    throw new IOException("the guest does not boot");
  }

  /** What QEMU wrote so far. */
  public String log() throws IOException {
    return Files.readString(log);
  }

  /** The machine's RAM now. */
  public byte[] ram() throws IOException {
    return Files.readAllBytes(ram);
  }

  /** Kills the process at once, as a crash of its host would. */
  public void kill() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    kill();
    monitor.close();
  }
}
