package org.colotape.recorder.observe;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.Memory;
import org.jspecify.annotations.Nullable;

/**
 * Finds a RAM block in a process by what the primary said of its pages. Nothing is guessed: where
 * two memories can't be told from each other, and it matters which one is read, none is found.
 *
 * @param stream what the primary said
 * @param target whose memory is looked for, in which process
 * @param block name of the block
 * @param length its used length
 * @param table where the machine's own blocks are, as far as its monitor told
 */
record ProcessSearch(
    StreamFollower stream, LiveTarget target, String block, long length, RamblockTable table) {
  private static final int SAMPLES = 256;
  private static final long MOST_COMPARED = 16 << 20;

  /**
   * What was found.
   *
   * @param reader reads the block there
   * @param certain false if it may be another memory of the process, all of which is the same now
   */
  record Result(BlockReader reader, boolean certain) {}

  /**
   * How what stands somewhere in the process fits the block.
   *
   * @param known number of pages of which the primary said something
   * @param fitting number of those that hold it
   */
  private record Found(ProcessMaps.Start start, int known, int fitting) {
    boolean isAll() {
      return fitting == known;
    }
  }

  /**
   * Finds the block.
   *
   * @throws ColotapeException if nothing in the process looks like it, or more does than it should
   */
  Result run() throws IOException {
    List<ProcessMaps.Start> starts = new ArrayList<>(ProcessMaps.starts(target.pid(), length));
    starts.removeIf(start -> table.own().contains(start.address()));
    try (FileChannel process =
        FileChannel.open(ProcessMaps.memory(target.pid()), StandardOpenOption.READ)) {
      return run(starts, process);
    }
  }

  private Result run(List<ProcessMaps.Start> starts, FileChannel process) throws IOException {
    int size = stream.pageSize();
    if (stream.digests().isZero(block, size)) {
      return zeros(starts, process);
    }
    String twin = stream.digests().twin(block, size);
    if (twin != null) {
      if (isLeftByOwn()) {
        return left(starts, process);
      }
      throw notFound("block '" + block + "' can't be told from block '" + twin + "', its equal");
    }
    List<Found> found = new ArrayList<>();
    for (ProcessMaps.Start start : starts) {
      Found fit = fit(start, process, false);
      boolean guestsOwn = target.memory() != Memory.PVM && start.isBackend(length);
      if (fit != null && (fit.fitting() > 0 || guestsOwn)) {
        found.add(fit);
      }
    }
    found.sort(Comparator.comparingInt(Found::fitting).reversed());
    Found held = found.stream().filter(fit -> fit.start().held()).findFirst().orElse(null);
    return switch (target.memory()) {
      case SVM -> held == null ? ofTwo(found, process) : result(held, true);
      case CACHE -> {
        found.removeIf(fit -> fit.start().held());
        boolean ownKnown = held != null || table.address(block).isPresent();
        if (!ownKnown && table.own().isEmpty()) {
          yield ofTwo(found, process);
        }
        yield ownKnown && !looksLikeIt(found) ? left(starts, process) : only(found);
      }
      default -> only(found);
    };
  }

  /** True if it is known where the machine's own memory is, so that what is left is the cache. */
  private boolean isLeftByOwn() {
    return target.memory() == Memory.CACHE && table.address(block).isPresent();
  }

  private static boolean looksLikeIt(List<Found> found) {
    return !found.isEmpty() && 2 * found.getFirst().fitting() > found.getFirst().known();
  }

  private Result only(List<Found> found) throws IOException {
    if (!looksLikeIt(found)) {
      throw notFound("no memory of the process looks like block '" + block + "'");
    }
    Found best = found.getFirst();
    if (found.size() > 1 && found.get(1).fitting() == best.fitting()) {
      throw notFound("more than one memory of the process looks like block '" + block + "'");
    }
    return result(best, true);
  }

  /**
   * A secondary has a block twice: the cache holds all of what was said, its own memory what its
   * guest made of that since, and no file ever holds the cache. Where all of both is the same it
   * does not matter which one is read. Where only one is found it may be either.
   */
  private Result ofTwo(List<Found> found, FileChannel process) throws IOException {
    if (found.size() < 2) {
      throw notFound(
          found.isEmpty()
              ? "no memory of the process looks like block '" + block + "'"
              : "only one memory of the process looks like block '%s', and it may be the COLO cache"
                      .formatted(block)
                  + " or the VM's own");
    }
    boolean cache = target.memory() == Memory.CACHE;
    Found first = found.getFirst();
    Found second = found.get(1);
    if (cache && first.fitting() > second.fitting()) {
      return result(first, true);
    }
    if (found.size() > 2 && found.get(2).fitting() == second.fitting()) {
      throw notFound("more than two memories of the process look like block '" + block + "'");
    }
    if (first.fitting() > second.fitting()) {
      return result(second, true);
    }
    Found one = fit(first.start(), process, true);
    Found other = fit(second.start(), process, true);
    boolean oneFitsLess = one == null || (other != null && one.fitting() < other.fitting());
    return result(oneFitsLess == cache ? second : first, false);
  }

  /**
   * A cache that does not hold what was said, or of which the encoding of the pages does not tell
   * what they hold, is what is left of the length for which it was made (QEMU migration/ram.c,
   * colo_init_ram_cache): as many memories as there are blocks of that length, all of which hold
   * the same if there are more than one.
   */
  private Result left(List<ProcessMaps.Start> starts, FileChannel process) throws IOException {
    long blocks =
        stream.digests().usedLengths().values().stream().filter(used -> used == length).count();
    List<ProcessMaps.Start> left = starts.stream().filter(start -> start.isAlone(length)).toList();
    if (left.size() < blocks) {
      left = starts.stream().filter(ProcessMaps.Start::isLast).toList();
    }
    if (left.size() != blocks || !areSame(left, process)) {
      throw notFound(
          "no memory of the process looks like block '%s', and %d may be its cache by their length"
              .formatted(block, left.size()));
    }
    return result(new Found(left.getFirst(), 0, 0), false);
  }

  /** True if all hold the same; of long ones that takes too long to tell. */
  private boolean areSame(List<ProcessMaps.Start> starts, FileChannel process) throws IOException {
    if (starts.size() == 1) {
      return true;
    }
    if (length > MOST_COMPARED) {
      return false;
    }
    byte[] first = contents(starts.getFirst(), process);
    for (ProcessMaps.Start start : starts) {
      if (!Arrays.equals(first, contents(start, process))) {
        return false;
      }
    }
    return true;
  }

  private byte[] contents(ProcessMaps.Start start, FileChannel process) throws IOException {
    byte[] contents = new byte[(int) length];
    new FileReader(block, length, process, start.address()).read(0, contents, contents.length);
    return contents;
  }

  /**
   * Zeros are found only if no more mappings of the block's length than there must be hold nothing
   * else; all of them are the same then.
   */
  private Result zeros(List<ProcessMaps.Start> starts, FileChannel process) throws IOException {
    List<Found> found = new ArrayList<>();
    for (ProcessMaps.Start start : starts) {
      Found fit = start.isAlone(length) ? fit(start, process, true) : null;
      if (fit != null && fit.isAll()) {
        found.add(fit);
      }
    }
    boolean secondary = target.memory() != Memory.PVM;
    int due = zeroBlocks() * (secondary && table.own().isEmpty() ? 2 : 1);
    if (found.size() != due) {
      if (isLeftByOwn()) {
        return left(starts, process);
      }
      throw notFound(
          "block '%s' can't be told from other zeros: %d memories of its length, not %d, hold"
                  .formatted(block, found.size(), due)
              + " nothing else");
    }
    return result(found.getFirst(), due == 1);
  }

  /** Number of blocks of the length that are zeros. */
  private int zeroBlocks() {
    return (int)
        stream.digests().usedLengths().entrySet().stream()
            .filter(other -> other.getValue() == length)
            .filter(other -> stream.digests().isZero(other.getKey(), stream.pageSize()))
            .count();
  }

  private ColotapeException notFound(String why) {
    return new ColotapeException(
        why,
        target.toString(),
        "give the right pid, QEMU's monitor with it (pid:N,qmp:SOCKET), or the file of the block's"
            + " memory backend");
  }

  private Result result(@Nullable Found best, boolean certain) throws IOException {
    if (best == null) {
      throw notFound("no memory of the process looks like block '" + block + "'");
    }
    return new Result(
        FileReader.of(ProcessMaps.memory(target.pid()), block, length, best.start().address()),
        certain);
  }

  /**
   * Compares what stands somewhere with the block.
   *
   * @param whole true to compare each page, and not only some of those that are not zero
   * @return how it fits; null for a mapping that can't be read, which is none of the guest's memory
   */
  private @Nullable Found fit(ProcessMaps.Start start, FileChannel process, boolean whole) {
    int size = stream.pageSize();
    byte[] page = new byte[size];
    long step = whole ? size : step();
    int most = whole ? Integer.MAX_VALUE : SAMPLES;
    int known = 0;
    int fitting = 0;
    FileReader reader = new FileReader(block, length, process, start.address());
    try {
      for (long at = 0; at < length && known < most; at += step) {
        if (whole || stream.digests().isKnownNonZero(block, at, size)) {
          known++;
          reader.read(at, page, size);
          PageDigest seen = PageDigest.of(page, 0, size);
          fitting += seen.equals(stream.digests().last(block, at, size)) ? 1 : 0;
        }
      }
      return new Found(start, known, fitting);
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * Distance of the pages that are looked at: not of all, unless all that is not zero lies between.
   */
  private long step() {
    int size = stream.pageSize();
    long step = Math.max(1, length / size / SAMPLES / 4) * size;
    for (long at = 0; at < length; at += step) {
      if (stream.digests().isKnownNonZero(block, at, size)) {
        return step;
      }
    }
    return size;
  }
}
