package org.colotape.analyzer.verdict;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.colotape.analyzer.verdict.Remark.Unparsed;
import org.colotape.schema.event.ChannelEnd;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.MigrationEnd;
import org.colotape.schema.event.MissedObservation;
import org.colotape.schema.event.PageEncoding;
import org.colotape.schema.event.Recording;
import org.colotape.schema.event.RecordingState;
import org.colotape.schema.protocol.Ending;
import org.colotape.schema.protocol.Round;
import org.colotape.schema.wire.ColoWord;
import org.colotape.schema.wire.MigrationCommand;
import org.jspecify.annotations.Nullable;

/** Gathers remarks while the events of a recording go by. */
final class RemarkCollector {
  /** A hostile recording must not fill the heap with remarks. */
  private static final int LIMIT = 10_000;

  private final List<Remark> remarks = new ArrayList<>();
  private final List<Unparsed> unparsed = new ArrayList<>();
  private final Round round = new Round();
  private final Ending ending = new Ending(round);
  private final Set<Memory> missed = EnumSet.noneOf(Memory.class);
  private final Set<Memory> observed = EnumSet.noneOf(Memory.class);
  private long inferredPages;
  private long firstInferred;
  private long zeroPages;
  private boolean contents;
  private boolean ended;
  private boolean bothSides;
  private boolean damaged;
  private boolean opened;
  private @Nullable Doubt outOfTurn;

  /** Takes an event that came before those that are looked at. */
  void hear(Event event) {
    if (event.getKind() == Kind.RECORDING_START) {
      bothSides = event.getStart().getReturnPath();
    }
    opened |= MigrationCommand.OPEN_RETURN_PATH.is(event);
    follow(event);
  }

  /** Looks at one event. */
  void see(Event event) {
    hear(event);
    switch (event.getKind()) {
      case RECORDING_START -> {
        if (!bothSides) {
          add(new Remark.NoReturnPath());
        }
      }
      case PAGE -> {
        boolean zero = event.getPage().getEncoding() == PageEncoding.ZERO;
        zeroPages += zero ? event.getPage().getPages() : 0;
        contents |= !zero;
        if (event.getPage().getBlockInferred()) {
          firstInferred = inferredPages == 0 ? event.getSeq() : firstInferred;
          inferredPages += event.getPage().getPages();
        }
      }
      case OPAQUE -> unparsed(event);
      case VM_DESCRIPTION ->
          event
              .getDescription()
              .getContradictions()
              .forEach(section -> add(new Remark.Contradiction(section, event.getSeq())));
      case OBSERVATION_MISSED -> {
        MissedObservation unseen = event.getMissed();
        missed.add(unseen.getMemory());
        add(
            new Remark.Missed(
                unseen.getMemory(),
                unseen.getBlock(),
                event.getCheckpoint(),
                event.getSeq(),
                unseen.getReason()));
      }
      case OBSERVATION -> observed.add(event.getObservation().getMemory());
      case MIG_COMMAND -> {
        if (MigrationCommand.POSTCOPY_RESUME.is(event)) {
          // what a lost connection has cut was sent again
          remarks.removeIf(Remark.CutChannel.class::isInstance);
        }
      }
      case CHANNEL_END -> channelEnd(event, event.getChannelEnd());
      case RECORDING_END -> {
        ended = true;
        if (!event.getEnd().getComplete()) {
          add(new Remark.Unfinished(event.getEnd().getReason()));
        }
      }
      default -> {
        // whole and as it should be
      }
    }
  }

  /** Adds a remark of someone else. */
  void add(Remark remark) {
    if (remarks.size() < LIMIT) {
      remarks.add(remark);
    }
  }

  /** The remarks on what went by so far. */
  List<Remark> soFar() {
    return List.copyOf(gathered());
  }

  private List<Remark> gathered() {
    List<Remark> all = new ArrayList<>(unparsed);
    all.addAll(remarks);
    if (inferredPages > 0) {
      all.add(new Remark.InferredBlocks(inferredPages, firstInferred));
    }
    if (zeroPages > 0 && !contents) {
      all.add(new Remark.NoContents(zeroPages));
    }
    return all;
  }

  /**
   * The remarks on a recording all of which went by.
   *
   * @param recording what the catalogue says of it
   */
  List<Remark> atEnd(Recording recording) {
    if (!ended) {
      boolean failed = recording.getState() == RecordingState.FAILED;
      add(
          new Remark.Unfinished(
              failed
                  ? "writing it failed: " + recording.getNote()
                  : "it is still being written, or its recorder was killed"));
    }
    missed.stream()
        .filter(memory -> !observed.contains(memory))
        .forEach(memory -> add(new Remark.NeverObserved(memory)));
    if (opened && !round.isColo()) {
      add(new Remark.ColoNotTold());
    }
    return List.copyOf(gathered());
  }

  /** True if a checkpoint was requested of which nothing has come. */
  boolean isOnlyRequested() {
    return round.stage() == Round.Stage.REQUESTED;
  }

  /** How the migration ended, as far as was told by what went by. */
  MigrationEnd migration() {
    return ending.end();
  }

  /** Doubts about what the sides have said so far. */
  List<Doubt> heard() {
    return outOfTurn == null ? List.of() : List.of(outOfTurn);
  }

  /** Doubts about what the sides have said in a recording all of which went by. */
  List<Doubt> heardAtEnd() {
    List<Doubt> doubts = new ArrayList<>();
    MigrationEnd end = ending.end();
    switch (end.getOutcome()) {
      case REFUSED -> doubts.add(new Doubt(Doubt.Reason.REFUSED, end.getReason()));
      case BROKEN -> doubts.add(new Doubt(Doubt.Reason.BROKEN, end.getReason()));
      case UNKNOWN -> {
        if (ending.isAnswerable()) {
          doubts.add(new Doubt(Doubt.Reason.NOT_CONFIRMED, end.getReason()));
        }
      }
      case CONFIRMED -> {
        if (round.isColo() && round.lastOfPrimary() == ColoMessageType.UNKNOWN) {
          doubts.add(
              new Doubt(
                  Doubt.Reason.NO_CHECKPOINT,
                  "the secondary is in COLO state and waits, but no checkpoint was requested:"
                      + " whether the primary is in COLO state is not told"));
        }
      }
    }
    doubts.addAll(heard());
    return doubts;
  }

  private void follow(Event event) {
    ColoMessageType awaited = round.awaited();
    round.see(event);
    ending.see(event);
    if (event.getKind() == Kind.OPAQUE) {
      damaged |= !event.getOpaque().getCut();
    } else if (event.getKind() == Kind.COLO_MESSAGE && bothSides && !damaged) {
      ColoMessageType message = event.getMessage().getType();
      if (outOfTurn == null && awaited != null && awaited != message) {
        outOfTurn =
            new Doubt(
                Doubt.Reason.OUT_OF_TURN,
                "%s came in checkpoint %d (event %d) where %s of the %s was due"
                    .formatted(
                        message,
                        event.getCheckpoint(),
                        event.getSeq(),
                        awaited,
                        ColoWord.isFromPrimary(awaited) ? "PVM" : "SVM"),
                event.getCheckpoint());
      }
    }
  }

  private void channelEnd(Event event, ChannelEnd end) {
    if (!end.getAtBoundary()) {
      add(
          new Remark.CutChannel(
              event.getChannel(), event.getDirection(), end.getLength(), end.getReason()));
    }
  }

  private void unparsed(Event event) {
    if (event.getOpaque().getCut()) {
      return; // that its channel is cut says as much
    }
    Unparsed before = lastOf(event);
    long bytes = event.getWire().remaining();
    if (before != null && before.streamOffset() + before.bytes() == event.getStreamOffset()) {
      unparsed.set(
          unparsed.indexOf(before),
          new Unparsed(
              before.channel(),
              before.direction(),
              before.checkpoint(),
              before.seq(),
              before.streamOffset(),
              before.bytes() + bytes,
              before.reason(),
              before.path()));
    } else if (unparsed.size() < LIMIT) {
      unparsed.add(
          new Unparsed(
              event.getChannel(),
              event.getDirection(),
              event.getCheckpoint(),
              event.getSeq(),
              event.getStreamOffset(),
              bytes,
              event.getOpaque().getReason(),
              event.getOpaque().getPath()));
    }
  }

  private @Nullable Unparsed lastOf(Event event) {
    return unparsed.reversed().stream()
        .filter(part -> part.channel() == event.getChannel())
        .filter(part -> part.direction() == event.getDirection())
        .findFirst()
        .orElse(null);
  }
}
