package org.colotape.analyzer.benchmark;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.colotape.analyzer.cli.fixture.TapRun;
import org.colotape.recorder.qemu.Qemu;
import org.colotape.recorder.qemu.QemuProgram;

/**
 * What the tap costs two real QEMUs: how long a migration takes, at the speed of two links and as
 * fast as memory can be copied, and how long a COLO checkpoint stops the primary, directly, through
 * a proxy that only copies, and through the tap, in turn. The guest keeps 3 MiB dirty.
 */
final class TapBenchmark {
  private static final double GOAL = 1.05;
  private static final int RAM_MIB = 384;
  private static final int FILLED_MIB = 352;
  private static final int COLO_MIB = 64;
  private static final int READY_MIB = 512; // the default
  private static final int BUSY_PAGES = 768;
  private static final int CHECKPOINTS = 15;

  /**
   * Rounds that are not counted: what proxy and tap do for a piece of the stream is compiled in
   * them, of which a migration has about 1400.
   */
  private static final int WARM_UP = 8;

  /** Where guests have their memory. */
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  /** More than a migration needs: the secondary's memory, the journal, and buffers. */
  private static final long FREE_BYTES = 2L << 30;

  private static final Duration MOST = Duration.ofMinutes(1);

  private final Path memory;
  private final Path home;
  private int number;

  /** How the bytes get from one to the other. */
  private enum Way {
    DIRECT,
    PROXY,
    TAP,
    /** The tap, with observers of all three memories. */
    OBSERVED
  }

  /** How fast the primary may send. */
  private enum Link {
    /** The most that QEMU takes unless it is told otherwise: 128 MiB a second. */
    DEFAULT("at QEMU's default, 1 Gbit/s", 128L << 20),
    FASTER("at 2.5 Gbit/s", 2_500_000_000L / 8),
    NONE("memory to memory", 1L << 40);

    private final String words;
    private final long bytesPerSecond;

    Link(String words, long bytesPerSecond) {
      this.words = words;
      this.bytesPerSecond = bytesPerSecond;
    }
  }

  private TapBenchmark(Path memory, Path home) {
    this.memory = memory;
    this.home = home;
  }

  /** Measures only this. */
  public static void main(String[] arguments) throws Exception {
    run(Files.createTempDirectory("colotape-tap"), Integer.parseInt(arguments[0]), System.out);
    System.exit(0);
  }

  /** Measures and prints both, or says why not. */
  static void run(Path folder, int rounds, PrintStream out) throws Exception {
    if (!QemuProgram.installed().isThere() || !Qemu.hasKvm()) {
      out.println("tap between two QEMUs: skipped, there is no qemu-system-x86_64 with kvm here");
      return;
    }
    Path memory =
        Files.createTempDirectory(
            Files.isWritable(SHARED_MEMORY) ? SHARED_MEMORY : folder.toAbsolutePath(),
            "colotape-tap-");
    TapBenchmark benchmark = new TapBenchmark(memory, folder.resolve("home"));
    Map<Link, Times> migrations = new EnumMap<>(Link.class);
    for (Link link : Link.values()) {
      migrations.put(link, new Times());
    }
    Times pauses = new Times();
    try {
      for (int round = 0; round < WARM_UP; round++) {
        benchmark.migrate(Way.PROXY, Link.NONE);
        benchmark.migrate(Way.TAP, Link.NONE);
      }
      for (int round = 0; round < rounds; round++) {
        for (int turn = 0; turn < Way.values().length; turn++) {
          Way way = List.of(Way.values()).get((turn + round) % Way.values().length);
          benchmark.round(way, migrations, pauses);
        }
      }
    } finally {
      for (Path file : files(memory)) {
        Files.delete(file);
      }
      Files.delete(memory);
    }
    migrations.forEach(
        (link, times) -> times.print("migration of " + FILLED_MIB + " MiB " + link.words, out));
    pauses.print("pause of a checkpoint", out);
    out.printf(
        Locale.ROOT,
        "%-48s ratio %.2f to the tap alone   tap %.1f ms, observed %.1f ms%n",
        "tap: pause of a checkpoint, " + COLO_MIB + " MiB observed",
        pauses.median(Way.OBSERVED) / pauses.median(Way.TAP),
        pauses.median(Way.TAP),
        pauses.median(Way.OBSERVED));
  }

  private void round(Way way, Map<Link, Times> migrations, Times pauses) throws Exception {
    if (way != Way.OBSERVED) { // nothing is observed before the first checkpoint
      for (Map.Entry<Link, Times> link : migrations.entrySet()) {
        link.getValue().add(way, migrate(way, link.getKey()));
      }
    }
    checkpoints(way).forEach(stop -> pauses.add(way, stop / 1000.0));
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  /** Milliseconds that a migration takes. */
  private double migrate(Way way, Link link) throws Exception {
    String name = "m" + number++;
    fill(memory.resolve(name + "p.ram"));
    try (Qemu pvm =
            Qemu.start(QemuProgram.installed(), memory, name + "p", false, RAM_MIB, BUSY_PAGES);
        Qemu svm =
            Qemu.start(QemuProgram.installed(), memory, name + "s", true, RAM_MIB, BUSY_PAGES)) {
      pvm.set("max-bandwidth", link.bytesPerSecond);
      try (Between between = between(way, svm.listen(), name, pvm, svm)) {
        Thread.sleep(1500); // the guest is booted
        backMemory();
        pvm.migrateTo(between.port());
        if (!pvm.awaitMigration(MOST).equals("completed")) {
          throw new IOException("the migration failed");
        }
        return pvm.totalMillis();
      }
    } finally {
      Files.deleteIfExists(memory.resolve(name + "p.ram"));
      Files.deleteIfExists(memory.resolve(name + "s.ram"));
    }
  }

  /** Microseconds that each checkpoint stopped the primary. */
  private List<Long> checkpoints(Way way) throws Exception {
    String name = "c" + number++;
    try (Qemu pvm =
            Qemu.start(QemuProgram.installed(), memory, name + "p", false, COLO_MIB, BUSY_PAGES);
        Qemu svm =
            Qemu.start(QemuProgram.installed(), memory, name + "s", true, COLO_MIB, BUSY_PAGES)) {
      pvm.enableColo();
      svm.enableColo();
      pvm.unlimitBandwidth();
      pvm.setCheckpointDelay(Duration.ofMillis(100));
      try (Between between = between(way, svm.listen(), name, pvm, svm)) {
        Thread.sleep(1500); // the guest is booted
        pvm.migrateTo(between.port());
        List<Long> pauses = pvm.pauses();
        for (int i = 0; i < 600 && pauses.size() <= CHECKPOINTS; i++) {
          Thread.sleep(50);
          pauses = pvm.pauses();
        }
        pvm.kill();
        svm.kill();
        // the first is that of the initial migration
        return pauses.subList(1, pauses.size());
      }
    } finally {
      Files.deleteIfExists(memory.resolve(name + "p.ram"));
      Files.deleteIfExists(memory.resolve(name + "s.ram"));
    }
  }

  private Between between(Way way, int target, String name, Qemu pvm, Qemu svm) throws IOException {
    return switch (way) {
      case DIRECT -> new Between(target, () -> {});
      case PROXY -> {
        PlainProxy proxy = new PlainProxy(target);
        yield new Between(proxy.port(), proxy::close);
      }
      case TAP -> {
        TapRun tap = TapRun.start(home, target, "--as", name, "--journal-ready", READY_MIB);
        yield new Between(tap.port(), () -> tap.end(0));
      }
      case OBSERVED -> {
        TapRun tap =
            TapRun.start(
                home,
                target,
                "--as",
                name,
                "--journal-ready",
                READY_MIB,
                "--observe-pvm",
                pvm.ramFile(),
                "--observe-svm",
                svm.ramFile(),
                "--observe-cache",
                "pid:" + svm.pid());
        yield new Between(tap.port(), () -> tap.rest(0));
      }
    };
  }

  /**
   * Touches memory that is free. A virtual machine may have given it back to its host, which makes
   * a page's first use cost more than all that is measured here.
   */
  private static void backMemory() {
    try (Arena arena = Arena.ofConfined()) {
      arena.allocate(FREE_BYTES).fill((byte) 1);
    }
  }

  private static void fill(Path file) throws IOException {
    byte[] mebibyte = new byte[1 << 20];
    Random random = new Random(1);
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int i = 0; i < RAM_MIB; i++) {
        if (i >= RAM_MIB - FILLED_MIB) {
          random.nextBytes(mebibyte);
        }
        out.write(mebibyte);
      }
    }
  }

  /** Where the primary migrates to. */
  private record Between(int port, Closing closing) implements AutoCloseable {
    /** Ends what is in between. */
    private interface Closing {
      void close() throws IOException;
    }

    @Override
    public void close() throws IOException {
      closing.close();
    }
  }

  /** What was measured in each way, in milliseconds. */
  private static final class Times {
    private final List<List<Double>> times = new ArrayList<>();

    private Times() {
      for (Way _ : Way.values()) {
        times.add(new ArrayList<>());
      }
    }

    private void add(Way way, double millis) {
      of(way).add(millis);
    }

    private List<Double> of(Way way) {
      return times.get(List.of(Way.values()).indexOf(way));
    }

    private double median(Way way) {
      List<Double> sorted = of(way).stream().sorted().toList();
      return sorted.get(sorted.size() / 2);
    }

    private void print(String what, PrintStream out) {
      out.printf(
          Locale.ROOT,
          "%-48s ratio %.2f to a plain proxy (goal %.2f)   direct %.1f ms, proxy %.1f ms, tap"
              + " %.1f ms%n",
          "tap: " + what,
          median(Way.TAP) / median(Way.PROXY),
          GOAL,
          median(Way.DIRECT),
          median(Way.PROXY),
          median(Way.TAP));
    }
  }
}
