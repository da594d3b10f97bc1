package org.colotape.recorder.observe;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.colotape.schema.ColotapeException;

/**
 * The RAM blocks that the primary has stated, for one who was not told which one to read.
 *
 * @param usedLengths used length of each block in bytes, by its name
 */
record StatedBlocks(Map<String, Long> usedLengths) {
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

  /** The largest block, and of these the one that was stated first; empty if there is none. */
  String largest() {
    return usedLengths.entrySet().stream()
        .min(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .map(Map.Entry::getKey)
        .orElse("");
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
