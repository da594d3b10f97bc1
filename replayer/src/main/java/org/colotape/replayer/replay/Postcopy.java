package org.colotape.replayer.replay;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.colotape.replayer.postcopy.Discard;
import org.colotape.replayer.replay.ReplayError.Reason;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.wire.MigrationCommand;
import org.jspecify.annotations.Nullable;

/**
 * The secondary in postcopy. What it is told to forget reads as zeros until it comes again (QEMU
 * migration/ram.c, ram_discard_range; a page that is missing is asked for as the guest touches it,
 * so that no guest ever sees those zeros). All of it must have come when the migration ends.
 *
 * <p>Pages come on several connections, and it makes no difference in which order: none is sent
 * twice with other contents, because the guest of the source has stopped.
 *
 * <p>A connection may be lost meanwhile. What it has cut is sent again, if the migration resumes on
 * another one (QEMU migration/ram.c, ram_dirty_bitmap_reload); if not, the load has failed there.
 */
final class Postcopy {
  private final Blocks blocks;

  /** What was cut, by channel, unless the migration has resumed since. */
  private final Map<Integer, ReplayError> cuts = new TreeMap<>();

  private boolean running;

  Postcopy(Blocks blocks) {
    this.blocks = blocks;
  }

  /**
   * Takes a command.
   *
   * @return what ends the load, or null
   */
  @Nullable ReplayError command(Event event) {
    switch (MigrationCommand.of(event.getCommand())) {
      case POSTCOPY_RAM_DISCARD -> {
        return discard(event);
      }
      case POSTCOPY_RUN -> running = true;
      case POSTCOPY_RESUME -> cuts.clear();
      case null, default -> {}
    }
    return null;
  }

  /** Whether bytes that could not be parsed may have been cut by a lost connection. */
  boolean mayBeCut(Event opaque, ReplayError error) {
    return running && cuts.putIfAbsent(opaque.getChannel(), error) == null;
  }

  /**
   * What ends the load, because it was not cut after all: there is more on its channel, or no
   * connection went on. Null if nothing does.
   */
  @Nullable ReplayError wrongCut(Event event) {
    if (cuts.isEmpty()) {
      return null;
    }
    return switch (event.getKind()) {
      case CHANNEL_END -> null;
      case CHECKPOINT_SEALED -> cuts.values().iterator().next();
      default -> event.getDirection() == Direction.PVM_TO_SVM ? cuts.get(event.getChannel()) : null;
    };
  }

  /**
   * Takes the end of the migration.
   *
   * @return what ends the load, or null
   */
  @Nullable ReplayError end(Event event) {
    if (!running) {
      return null;
    }
    running = false;
    for (Block block : blocks.all()) {
      long missing = block.missing.size();
      if (missing > 0) {
        return ReplayError.at(
            event,
            Reason.MISSING_CHANNEL,
            missing
                + (missing == 1 ? " page was" : " pages were")
                + " discarded for postcopy and never came: was the preempt channel recorded?",
            block.name(),
            (long) block.missing.first() * block.svm.pageSize());
      }
    }
    return null;
  }

  void save(DataOutput out) throws IOException {
    out.writeBoolean(running);
    out.writeInt(cuts.size());
    for (Map.Entry<Integer, ReplayError> cut : cuts.entrySet()) {
      out.writeInt(cut.getKey());
      ReplayError.save(out, cut.getValue());
    }
  }

  void load(DataInput in) throws IOException {
    running = in.readBoolean();
    for (int left = in.readInt(); left > 0; left--) {
      cuts.put(in.readInt(), Objects.requireNonNull(ReplayError.load(in)));
    }
  }

  private @Nullable ReplayError discard(Event event) {
    Discard discard = Discard.of(event);
    if (discard == null) {
      return ReplayError.at(event, Reason.BAD_COMMAND, "POSTCOPY_RAM_DISCARD can't be read");
    }
    Block block = blocks.find(discard.block());
    if (block == null) {
      return ReplayError.at(
          event, Reason.UNKNOWN_BLOCK, "unknown RAM block to discard from", discard.block(), -1);
    }
    int pageSize = block.svm.pageSize();
    blocks.writingFor(event);
    for (Discard.Range range : discard.ranges()) {
      if (!range.isIn(block.svm.usedLength(), pageSize)) {
        return ReplayError.at(
            event,
            Reason.ILLEGAL_OFFSET,
            String.format(
                "0x%x bytes to discard in a block of 0x%x", range.length(), block.svm.usedLength()),
            discard.block(),
            range.offset());
      }
      int first = (int) (range.offset() / pageSize);
      int end = first + (int) (range.length() / pageSize);
      block.missing.add(first, end, block.svm::forget);
    }
    return null;
  }
}
