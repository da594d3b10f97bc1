package org.colotape.analyzer.benchmark;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.colotape.analyzer.diff.BlockComparison;
import org.colotape.analyzer.diff.MemoryDiff;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.PageStore;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.schema.event.Memory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The three-way diff of a checkpoint in which every page was written, against a bare comparison of
 * the same bytes. The memories share nothing and are equal, so that every byte has to be looked at.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--enable-native-access=ALL-UNNAMED",
      "--sun-misc-unsafe-memory-access=allow",
      "-Dorg.apache.avro.SERIALIZABLE_PACKAGES=org.colotape.schema.event"
    })
public class DiffBenchmark {
  private static final int PAGE_SIZE = 4096;
  private static final int PAGES = 16384;

  /** How many bytes one run compares with others. */
  static final long BYTES = 2L * PAGES * PAGE_SIZE;

  private Path folder = Path.of("");
  private List<PageStore> stores = List.of();
  private List<GuestMemory> memories = List.of();

  /** Fills the memories with the same random pages. */
  @Setup(Level.Trial)
  public void fill() throws IOException {
    folder = Files.createTempDirectory("colotape-diff");
    ScratchSpace scratch = new ScratchSpace(folder);
    stores =
        List.of(
            new PageStore(scratch, PAGE_SIZE, false),
            new PageStore(scratch, PAGE_SIZE, false),
            new PageStore(scratch, PAGE_SIZE, false));
    memories =
        List.of(
            new GuestMemory(Memory.PVM),
            new GuestMemory(Memory.CACHE),
            new GuestMemory(Memory.SVM));
    Random random = new Random(1);
    byte[] page = new byte[PAGE_SIZE];
    for (int i = 0; i < memories.size(); i++) {
      memories.get(i).add(new RamBlockMemory("ram", (long) PAGES * PAGE_SIZE, stores.get(i)));
    }
    for (int i = 0; i < PAGES; i++) {
      random.nextBytes(page);
      for (GuestMemory memory : memories) {
        memory.block("ram").write(i, page, 0);
      }
    }
  }

  /** Gives the memories back. */
  @TearDown(Level.Trial)
  public void release() throws IOException {
    memories.forEach(GuestMemory::close);
    stores.forEach(PageStore::close);
    Files.delete(folder);
  }

  /** The analyzer's comparison. */
  @Benchmark
  public List<BlockComparison> diff() {
    try (MemoryDiff diff =
        new MemoryDiff(
            memories.get(0), memories.get(1), memories.get(2), new ScratchSpace(folder))) {
      diff.advance();
      return diff.compare();
    }
  }

  /** MemorySegment.mismatch of the same two pairs of memories. */
  @Benchmark
  public long mismatch() {
    return mismatches(0, 1) + mismatches(1, 2);
  }

  private long mismatches(int left, int right) {
    RamBlockMemory here = memories.get(left).block("ram");
    RamBlockMemory there = memories.get(right).block("ram");
    long equal = 0;
    for (int page = 0; page < PAGES; page++) {
      MemorySegment bytes = here.page(page);
      equal += bytes.mismatch(there.page(page));
    }
    return equal;
  }
}
