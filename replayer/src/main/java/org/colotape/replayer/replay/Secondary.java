package org.colotape.replayer.replay;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.BitSet;
import org.colotape.replayer.replay.ReplayError.Reason;
import org.colotape.replayer.rules.InitialPages;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.MultifdMethod;
import org.colotape.schema.event.RamBlockList;
import org.colotape.schema.protocol.Round;
import org.colotape.schema.wire.MigrationCommand;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.PeekableIntIterator;

/**
 * The secondary's side of the fold: what each event makes of SVM RAM, the COLO cache, its bitmap
 * and the phase.
 *
 * <p>The secondary's guest writes to SVM RAM too, which no stream tells. A real flush undoes that
 * (it copies what either side has dirtied), so behind a flush SVM RAM is known, and between two
 * flushes it stands here as the last one left it.
 *
 * <p>A checkpoint is flushed when its device state has arrived whole, and, where the return path
 * was recorded, the secondary has said so with VMSTATE_RECEIVED (QEMU migration/colo.c,
 * colo_incoming_process_checkpoint). An error ends the load: from then on nothing changes here any
 * more, as in a QEMU whose incoming side has failed.
 */
final class Secondary implements AutoCloseable {
  private final Blocks blocks;
  private final PageWrites pages;
  private final RuleSet rules;
  private final MultifdUse multifd = new MultifdUse();
  private final Postcopy postcopy;
  private Phase phase = Phase.BEFORE_COLO;
  private final Round round = new Round();

  /** True if each block gets a cache. */
  private boolean caching;

  private boolean returnPath;
  private @Nullable ReplayError loadError;

  /** True from the announcement of a checkpoint's device state until the cache is flushed. */
  private boolean flushDue;

  private boolean flushed;

  /** Further channels on which a decoder may know more than the events to come tell. */
  private final BitSet streams = new BitSet();

  Secondary(Blocks blocks, PageWrites pages, RuleSet rules) {
    this.rules = rules;
    this.blocks = blocks;
    this.pages = pages;
    this.postcopy = new Postcopy(blocks);
  }

  Phase phase() {
    return phase;
  }

  /** What ended the load, or null while it goes on. */
  @Nullable ReplayError loadError() {
    return loadError;
  }

  /** True if the cache was flushed since {@link #forgetFlush}. */
  boolean flushed() {
    return flushed;
  }

  void forgetFlush() {
    flushed = false;
  }

  /**
   * Takes one event.
   *
   * @throws ColotapeException if the event is of a kind that this version does not know, or memory
   *     can't be allocated
   */
  void apply(Event event) {
    noteStreams(event);
    round.see(event);
    ReplayError undecodable = pages.follow(event);
    if (loadError != null) {
      if (event.getKind() == Kind.PAGE) {
        pages.toPvmModel(event);
      }
      return;
    }
    if (phase == Phase.BEFORE_COLO) {
      multifd.see(event);
      loadError = postcopy.wrongCut(event);
      if (loadError != null) {
        return;
      }
    }
    switch (event.getKind()) {
      case PAGE -> loadError = pages.toSecondary(event, phase);
      case RAM_BLOCK_LIST -> introduce(event, event.getBlocks());
      case MIG_COMMAND -> command(event);
      case COLO_MESSAGE -> message(event);
      case END_OF_SECTIONS -> endOfSections(event);
      case OPAQUE -> unparsed(event);
      case RECORDING_START -> returnPath = event.getStart().getReturnPath();
      case MULTIFD_PACKET, MULTIFD_DATA -> loadError = undecodable;
      case START_STATE -> begin(event);
      case START_PAGES -> loadError = ExcerptStart.fill(blocks, event);
      case STREAM_HEADER,
          CONFIGURATION,
          RAM_MARK,
          SECTION_START,
          SECTION_END,
          DEVICE_STATE,
          RETURN_MESSAGE,
          VM_DESCRIPTION,
          CHANNEL_END,
          OBSERVATION,
          CHECKPOINT_SEALED,
          MULTIFD_START,
          PAGE_BITMAP,
          PADDING,
          ALTERED,
          OBSERVATION_MISSED,
          RECORDING_END -> {
        // none of these changes memory
      }
      case UNKNOWN ->
          throw new ColotapeException(
              "event of an unknown kind",
              "event " + event.getSeq(),
              "replay it with the Colotape version that recorded it, or a later one");
    }
  }

  /**
   * True if all that it knows is in what {@link #save} writes: no decoder of a stream that goes on
   * over several events holds more.
   */
  boolean isSettled() {
    return streams.isEmpty();
  }

  void save(DataOutput out) throws IOException {
    out.writeUTF(phase.name());
    out.writeBoolean(caching);
    out.writeBoolean(returnPath);
    ReplayError.save(out, loadError);
    out.writeBoolean(flushDue);
    out.writeBoolean(flushed);
    round.save(out);
    multifd.save(out);
    postcopy.save(out);
  }

  void load(DataInput in) throws IOException {
    phase = Phase.valueOf(in.readUTF());
    caching = in.readBoolean();
    returnPath = in.readBoolean();
    loadError = ReplayError.load(in);
    flushDue = in.readBoolean();
    flushed = in.readBoolean();
    round.load(in);
    multifd.load(in);
    postcopy.load(in);
  }

  @Override
  public void close() {
    pages.close();
  }

  /** Compressed packets are one stream for as long as their channel lives. */
  private void noteStreams(Event event) {
    if (event.getChannel() == 0) {
      return;
    }
    switch (event.getKind()) {
      case MULTIFD_PACKET -> {
        if (event.getPacket().getMethod() != MultifdMethod.NONE) {
          streams.set(event.getChannel());
        }
      }
      case MULTIFD_DATA, OPAQUE -> streams.set(event.getChannel());
      case CHANNEL_END -> streams.clear(event.getChannel());
      default -> {
        // each of the others is all there is to know of it
      }
    }
  }

  private void introduce(Event event, RamBlockList list) {
    String problem = blocks.problemOf(list);
    if (problem != null) {
      loadError = ReplayError.at(event, Reason.BAD_BLOCK_LIST, problem);
    } else {
      // caches are made when COLO is enabled: a block that turns up in COLO state has none
      blocks.introduce(list, caching && phase == Phase.BEFORE_COLO);
    }
  }

  private void begin(Event event) {
    caching = event.getStartState().getColo();
    phase = caching ? Phase.IN_COLO : Phase.BEFORE_COLO;
    loadError = ExcerptStart.makeBlocks(blocks, event);
  }

  private void command(Event event) {
    if (MigrationCommand.ENABLE_COLO.is(event)) {
      caching = true;
      blocks.allocateCaches();
    } else {
      loadError = postcopy.command(event);
    }
  }

  private void message(Event event) {
    enterColo();
    switch (event.getMessage().getType()) {
      case CHECKPOINT_REQUEST -> flushDue = false;
      case VMSTATE_SIZE -> flushDue = true;
      case VMSTATE_RECEIVED -> flushIfReceived();
      case CHECKPOINT_READY, CHECKPOINT_REPLY, VMSTATE_SEND, VMSTATE_LOADED, UNKNOWN -> {
        // they order the two sides, and change no memory
      }
    }
  }

  /**
   * A message tells of COLO what the stream need not have announced: a secondary of QEMU 11.1 makes
   * its caches of zeros before the first page, because it has the capability x-colo (QEMU
   * migration/migration.c, process_incoming_migration_co). Made now, they must hold all pages that
   * came.
   */
  private void enterColo() {
    if (!caching) {
      caching = true;
      if (rules.initialPages() == InitialPages.SVM_AND_CACHE) {
        blocks.copyToCaches();
      } else {
        blocks.allocateCaches();
      }
    }
    if (round.isMigrated()) {
      phase = Phase.IN_COLO;
    }
  }

  private void endOfSections(Event event) {
    if (phase == Phase.IN_COLO) {
      flushIfReceived();
      return;
    }
    loadError = postcopy.end(event);
    if (loadError != null) {
      return;
    }
    String lacking = event.getCheckpoint() == 0 ? multifd.lacking() : null;
    if (lacking != null) {
      loadError = ReplayError.at(event, Reason.MISSING_CHANNEL, lacking);
    } else if (caching && event.getCheckpoint() == 0) {
      phase = Phase.IN_COLO;
    }
  }

  private void flushIfReceived() {
    if (phase == Phase.IN_COLO
        && flushDue
        && round.hasArrived()
        && (round.isConfirmed() || !returnPath)) {
      blocks.all().forEach(Secondary::flush);
      flushDue = false;
      flushed = true;
    }
  }

  private static void flush(Block block) {
    if (block.cache != null) {
      for (PeekableIntIterator pages = block.received.getIntIterator(); pages.hasNext(); ) {
        block.svm.copy(pages.next(), block.cache);
      }
    }
    block.received.clear();
  }

  private void unparsed(Event event) {
    if (event.getDirection() == Direction.PVM_TO_SVM) {
      String detail = "bytes that could not be parsed: " + event.getOpaque().getReason();
      ReplayError error = ReplayError.at(event, Reason.UNPARSED_BYTES, detail);
      if (!postcopy.mayBeCut(event, error)) {
        loadError = error;
      }
    }
  }
}
