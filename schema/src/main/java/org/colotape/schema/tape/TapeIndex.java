package org.colotape.schema.tape;

import java.io.IOException;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Where in a tape file the blocks begin, as far as they came by: an Avro container file has no
 * index, but marks between its blocks that can be found from anywhere. Safe for several threads.
 */
final class TapeIndex {
  /**
   * A block of events.
   *
   * @param seq its first event
   * @param position its place in the file
   */
  record Block(long seq, long position) {}

  /** Bytes of the file that are read through sooner than bisected further. */
  private static final int NEAR = 16 << 10;

  private final NavigableMap<Long, Long> blocks = new ConcurrentSkipListMap<>();

  /** A block came by. */
  void add(long seq, long position) {
    blocks.put(seq, position);
  }

  /**
   * The block that holds an event, or the last one before it if the tape is shorter or damaged. Its
   * steps read a block each, and are remembered.
   *
   * @param reader stands anywhere, and is left anywhere
   */
  Block search(TapeBlocks reader, long seq) {
    Map.Entry<Long, Long> known = blocks.floorEntry(seq);
    Block low =
        known == null
            ? new Block(0, reader.head().end())
            : new Block(known.getKey(), known.getValue());
    Map.Entry<Long, Long> above = blocks.higherEntry(seq);
    long high = above == null ? reader.length() : above.getValue();
    while (low.position() + NEAR < high) {
      long middle = low.position() + (high - low.position()) / 2;
      Block block = next(reader, middle, high);
      if (block != null && block.seq() <= seq) {
        low = block;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The first block that begins behind a position and before another one; null without any. */
  private @Nullable Block next(TapeBlocks reader, long position, long before) {
    try {
      reader.sync(position);
      long at = reader.block();
      if (at >= before || !reader.hasNext()) {
        return null;
      }
      Block block = new Block(reader.next().getSeq(), reader.block());
      add(block.seq(), block.position());
      return block;
    } catch (IOException | RuntimeException e) {
      // damaged: what is before it can be read, and whoever reads on will be told
      return null;
    }
  }
}
