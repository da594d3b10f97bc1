package org.colotape.replayer.replay;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.stream.Stream;
import org.colotape.replayer.memory.Intervals;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.memory.SavedState;
import org.colotape.schema.event.Memory;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.BitSetUtil;
import org.roaringbitmap.RoaringBitmap;

/** One RAM block in all memories, so that a page event looks its block up once. */
final class Block {
  final RamBlockMemory svm;

  /** The model of the PVM, if it is kept. */
  final @Nullable RamBlockMemory pvm;

  /** The COLO cache, once COLO was enabled. */
  @Nullable RamBlockMemory cache;

  /**
   * Pages received in COLO state and not flushed yet: the bitmap of colo_cache_from_block_offset.
   */
  final RoaringBitmap received = new RoaringBitmap();

  /** Pages that were discarded for postcopy and have not come again. */
  final Intervals missing = new Intervals();

  Block(RamBlockMemory svm, @Nullable RamBlockMemory pvm, @Nullable RamBlockMemory cache) {
    this.svm = svm;
    this.pvm = pvm;
    this.cache = cache;
  }

  void save(DataOutput out) throws IOException {
    out.writeUTF(name());
    out.writeLong(svm.usedLength());
    out.writeBoolean(cache != null);
    SavedState.write(out, BitSetUtil.bitsetOf(received));
    missing.save(out);
    for (RamBlockMemory memory : memories().toList()) {
      memory.save(out);
    }
  }

  /** Reads what {@link #save} wrote of a block that was made with the same name and length. */
  void load(DataInput in) throws IOException {
    received.or(BitSetUtil.bitmapOf(SavedState.read(in)));
    missing.load(in);
    for (RamBlockMemory memory : memories().toList()) {
      memory.load(in);
    }
  }

  /** The block in one of the memories, or null if that is not rebuilt. */
  @Nullable RamBlockMemory in(Memory memory) {
    return switch (memory) {
      case SVM -> svm;
      case CACHE -> cache;
      case PVM -> pvm;
      case UNKNOWN -> null;
    };
  }

  String name() {
    return svm.name();
  }

  /** The memories that there are. */
  Stream<RamBlockMemory> memories() {
    return Stream.of(svm, pvm, cache)
        .mapMulti((memory, sink) -> {
          if (memory != null) {
            sink.accept(memory);
          }
        });
  }
}
