package org.colotape.recorder.observe;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.Memory;
import org.jspecify.annotations.Nullable;

/**
 * Finds a RAM block in a process by what the primary said of its pages.
 *
 * @param stream what the primary said
 * @param target whose memory is looked for, in which process
 * @param block name of the block
 * @param length its used length
 */
record ProcessSearch(StreamFollower stream, LiveTarget target, String block, long length) {
  private static final int SAMPLES = 256;

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
  private record Found(ProcessMaps.Start start, int known, int fitting) {}

  /**
   * Finds the block.
   *
   * @throws ColotapeException if nothing in the process looks like it
   */
  Result run() throws IOException {
    List<Found> found = new ArrayList<>();
    for (ProcessMaps.Start start :
        ProcessMaps.starts(target.pid(), length, target.memory() == Memory.CACHE)) {
      Found fit = fit(start, false);
      boolean guestsOwn = target.memory() == Memory.SVM && start.held();
      if (fit != null && (fit.fitting() > 0 || guestsOwn)) {
        found.add(fit);
      }
    }
    found.sort(Comparator.comparingInt(Found::fitting).reversed());
    if (target.memory() == Memory.SVM) {
      return memoryOfSecondary(found);
    }
    Found best =
        found.stream().findFirst().filter(fit -> 2 * fit.fitting() > fit.known()).orElse(null);
    return result(best, true);
  }

  /**
   * A secondary has a block twice: the cache holds all of what was said, its own memory what its
   * guest made of that since, and no file ever holds the cache. Where all of both is the same it
   * does not matter which one is read.
   */
  private Result memoryOfSecondary(List<Found> found) throws IOException {
    Found held = found.stream().filter(fit -> fit.start().held()).findFirst().orElse(null);
    if (held != null || found.size() < 2) {
      return result(held, true);
    }
    Found first = found.getFirst();
    Found second = found.get(1);
    if (first.fitting() > second.fitting()) {
      return result(second, true);
    }
    Found one = fit(first.start(), true);
    Found other = fit(second.start(), true);
    return result(
        one == null || other == null || other.fitting() < one.fitting() ? other : one, false);
  }

  private Result result(@Nullable Found best, boolean certain) throws IOException {
    if (best == null) {
      throw new ColotapeException(
          "no memory of the process looks like block '" + block + "'",
          target.toString(),
          "give the right pid, or the file of the block's memory backend");
    }
    return new Result(reader(best.start()), certain);
  }

  /**
   * Compares what stands somewhere with the block.
   *
   * @param whole true to compare each page, and not only some of those that are not zero
   * @return how it fits; null for a mapping that can't be read, which is none of the guest's memory
   */
  private @Nullable Found fit(ProcessMaps.Start start, boolean whole) {
    int size = stream.pageSize();
    byte[] page = new byte[size];
    long step = whole ? size : Math.max(1, length / size / SAMPLES / 4) * size;
    int most = whole ? Integer.MAX_VALUE : SAMPLES;
    int known = 0;
    int fitting = 0;
    try (BlockReader reader = reader(start)) {
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

  private BlockReader reader(ProcessMaps.Start start) throws IOException {
    return FileReader.of(ProcessMaps.memory(target.pid()), block, length, start.address());
  }
}
