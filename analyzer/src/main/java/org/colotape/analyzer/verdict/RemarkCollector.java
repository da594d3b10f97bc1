package org.colotape.analyzer.verdict;

import java.util.ArrayList;
import java.util.List;
import org.colotape.analyzer.verdict.Remark.Unparsed;
import org.colotape.schema.event.ChannelEnd;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.MissedObservation;
import org.colotape.schema.event.PageEncoding;
import org.colotape.schema.event.Recording;
import org.colotape.schema.event.RecordingState;
import org.jspecify.annotations.Nullable;

/** Gathers remarks while the events of a recording go by. */
final class RemarkCollector {
  /** A hostile recording must not fill the heap with remarks. */
  private static final int LIMIT = 10_000;

  private final List<Remark> remarks = new ArrayList<>();
  private final List<Unparsed> unparsed = new ArrayList<>();
  private final Conversation conversation = new Conversation();
  private long inferredPages;
  private long firstInferred;
  private long zeroPages;
  private boolean contents;
  private boolean ended;

  /** Looks at one event. */
  void see(Event event) {
    conversation.see(event);
    switch (event.getKind()) {
      case RECORDING_START -> {
        if (!event.getStart().getReturnPath()) {
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
        MissedObservation missed = event.getMissed();
        add(
            new Remark.Missed(
                missed.getMemory(),
                missed.getBlock(),
                event.getCheckpoint(),
                event.getSeq(),
                missed.getReason()));
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
    if (conversation.outOfTurn() != null) {
      all.add(conversation.outOfTurn());
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
    List<Remark> all = gathered();
    if (conversation.stopped() != null) {
      all.add(conversation.stopped());
    }
    return List.copyOf(all);
  }

  private void channelEnd(Event event, ChannelEnd end) {
    if (!end.getAtBoundary()) {
      add(
          new Remark.CutChannel(
              event.getChannel(), event.getDirection(), end.getLength(), end.getReason()));
    }
  }

  private void unparsed(Event event) {
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
