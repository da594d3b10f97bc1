package org.colotape.recorder.observe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Memory;

/**
 * The RAM blocks that the primary has stated, for one who was not told which of them to read.
 *
 * @param usedLengths used length of each block in bytes, by its name
 */
record StatedBlocks(Map<String, Long> usedLengths) {
  private static final List<Memory> ORDER = List.of(Memory.CACHE, Memory.PVM, Memory.SVM);

  /**
   * The block of a file.
   *
   * @param length of the file
   * @throws ColotapeException if no block has that length, or more than one
   */
  String ofLength(long length, Path file) {
    List<String> fitting =
        usedLengths.entrySet().stream()
            .filter(block -> block.getValue() == length)
            .map(Map.Entry::getKey)
            .toList();
    if (fitting.size() != 1) {
      throw new ColotapeException(
          fitting.size() + " RAM blocks have its length of " + length + " bytes",
          file.toString(),
          "name the block: BLOCK=FILE");
    }
    return fitting.getFirst();
  }

  /**
   * Targets of one block each: one that names none stands for all blocks that no other target of
   * its memory is for. A file of which it can't be told which block it holds is left as it is. The
   * shortest come first: what takes no time is not left out for what does; and of a block the
   * cache, because what it holds tells whether the secondary has it.
   */
  List<LiveTarget> each(List<LiveTarget> targets) {
    List<LiveTarget> named = targets.stream().map(this::named).toList();
    return named.stream()
        .flatMap(target -> spread(target, named))
        .sorted(
            Comparator.comparingLong(
                    (LiveTarget target) -> usedLengths.getOrDefault(BlockReaders.block(target), 0L))
                .thenComparing(BlockReaders::block)
                .thenComparingInt(target -> ORDER.indexOf(target.memory())))
        .toList();
  }

  private LiveTarget named(LiveTarget target) {
    Path file = target.file();
    if (target.block() != null || file == null) {
      return target;
    }
    try {
      return target.of(ofLength(Files.size(file), file));
    } catch (IOException | ColotapeException e) {
      return target; // who opens it is told why
    }
  }

  private Stream<LiveTarget> spread(LiveTarget target, List<LiveTarget> named) {
    if (target.block() != null || target.file() != null || usedLengths.isEmpty()) {
      return Stream.of(target);
    }
    return usedLengths.keySet().stream()
        .filter(block ->
            named.stream()
                .noneMatch(
                    other -> other.memory() == target.memory() && block.equals(other.block())))
        .map(target::of);
  }

  /**
   * The used length of a block.
   *
   * @throws ColotapeException if there is no such block
   */
  long length(String block) {
    Long used = usedLengths.get(block);
    if (used == null) {
      throw new ColotapeException(
          "the stream has no RAM block '" + block + "'", "", "it has " + usedLengths.keySet());
    }
    return used;
  }
}
