package org.colotape.analyzer.excerpt;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.replayer.timeline.Position;
import org.colotape.replayer.timeline.SnapshotCache;
import org.colotape.replayer.timeline.Timeline;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.digest.RunningDigest;
import org.colotape.schema.event.Alteration;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Recording;
import org.colotape.schema.event.RecordingEnd;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingState;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.RecordingTotals;
import org.colotape.schema.log.SeekableRecording;
import org.jspecify.annotations.Nullable;

/**
 * The events of an excerpt: the recording's first event, what was done to it, the state that it
 * begins with, and what its checkpoints hold of the chosen pages.
 */
public final class ExcerptSource implements EventSource {
  private final Scope scope;
  private final PageFilter filter;
  private final List<String> steps;
  private final Timeline timeline;
  private final Renumbering numbers;
  private final Queue<Event> ready = new ArrayDeque<>();
  private final Recording recording;

  private @Nullable StartingState state;

  /** Where the events of its checkpoints come from. */
  private @Nullable EventSource events;

  private @Nullable Event last;
  private boolean ended;

  /** Names of the RAM blocks that were introduced. */
  private final Set<String> blocks = new LinkedHashSet<>();

  private ExcerptSource(
      Scope scope, PageChoice choice, List<String> steps, Timeline timeline, Recording recording) {
    this.scope = scope;
    this.filter = new PageFilter(choice);
    this.steps = steps;
    this.timeline = timeline;
    this.recording = recording;
    this.numbers = new Renumbering(recording.getId());
  }

  /**
   * Opens an excerpt.
   *
   * @param recording the recording
   * @param scope which part of it
   * @param settings how the state that it begins with is rebuilt
   * @param snapshots help to get there
   * @throws ColotapeException if the recording can't be read, has no such checkpoint, or the
   *     excerpt can't begin there
   */
  public static ExcerptSource open(
      SeekableRecording recording, Scope scope, ReplaySettings settings, SnapshotCache snapshots) {
    return open(recording, scope, scope.pages(), List.of(scope.text()), settings, snapshots);
  }

  static ExcerptSource open(
      SeekableRecording recording,
      Scope scope,
      PageChoice choice,
      List<String> steps,
      ReplaySettings settings,
      SnapshotCache snapshots) {
    Timeline timeline = new Timeline(recording, settings.withPvmModel(), snapshots);
    Recording head;
    try (EventSource source = recording.openFrom(0)) {
      head = source.recording();
    }
    Recording part = new RecordingTotals().describe(head, RecordingState.OPEN, head.getNote());
    part.setId(idOf(head.getId(), steps));
    ExcerptSource excerpt = new ExcerptSource(scope, choice, steps, timeline, part);
    try {
      excerpt.begin(recording);
      return excerpt;
    } catch (RuntimeException e) {
      excerpt.close();
      throw e;
    }
  }

  /** What an excerpt holds is another recording: the same excerpt has the same identity. */
  private static RecordingId idOf(RecordingId whole, List<String> steps) {
    RunningDigest digest = new RunningDigest();
    digest.add(ByteBuffer.wrap(whole.bytes()));
    steps.forEach(step -> digest.add(ByteBuffer.wrap(step.getBytes(StandardCharsets.UTF_8))));
    return new RecordingId(digest.finish().toEvent().bytes());
  }

  /** What is known of it before it was read: its identity, and no totals. */
  @Override
  public Recording recording() {
    return recording;
  }

  @Override
  public @Nullable Event next() {
    while (ready.isEmpty() && !ended) {
      read();
    }
    Event event = ready.poll();
    return event == null ? null : numbers.take(event);
  }

  @Override
  public void close() {
    timeline.close();
    if (events != null) {
      events.close();
    }
  }

  private void begin(SeekableRecording source) {
    EventSource from = source.openFrom(0);
    events = from;
    Event start = from.next();
    Event second = start == null ? null : from.next();
    if (start == null || second == null || start.getKind() != Kind.RECORDING_START) {
      throw new ColotapeException(
          "recording does not begin with its first event",
          recording.getName(),
          "restore it from a copy");
    }
    ready.add(Events.copyOf(start));
    List<String> done = new ArrayList<>();
    boolean altered = second.getKind() == Kind.ALTERED;
    if (altered) {
      done.addAll(second.getAlteration().getSteps());
    }
    done.addAll(steps);
    Event alteration = Events.beside(start, Kind.ALTERED, start.getCheckpoint());
    alteration.setAlteration(new Alteration(done));
    ready.add(alteration);
    Event first = altered ? from.next() : second;
    if (first == null) {
      ended = true;
    } else if (scope.from() == null || scope.from() <= first.getCheckpoint()) {
      take(first);
    } else {
      jump(source, start, scope.from() - 1);
    }
  }

  private void jump(SeekableRecording source, Event start, int before) {
    Position position = timeline.toCheckpoint(before);
    for (String block : scope.blocks()) {
      blocks.add(timeline.svm().block(block).name());
    }
    StartingState begin = new StartingState(timeline, before, filter.choice(), start);
    ready.add(begin.head());
    state = begin;
    if (events != null) {
      events.close();
    }
    events = source.openFrom(position.seq() + 1);
  }

  private void read() {
    if (state != null) {
      if (!state.emitMore(ready::add)) {
        state = null;
        timeline.close();
      }
      return;
    }
    Event event = events == null ? null : events.next();
    if (event == null) {
      end();
    } else {
      take(event);
    }
  }

  private void take(Event event) {
    if (event.getKind() == Kind.RAM_BLOCK_LIST) {
      event.getBlocks().getBlocks().forEach(block -> blocks.add(block.getName()));
    } else if (event.getKind() == Kind.START_STATE) {
      event.getStartState().getBlocks().forEach(block -> blocks.add(block.getName()));
    }
    if (scope.reaches(event.getCheckpoint())) {
      filter.left(event).forEach(left -> ready.add(Events.copyOf(left)));
      last = event;
    } else {
      Event end = Events.beside(event, Kind.RECORDING_END, last == null ? 0 : last.getCheckpoint());
      end.setEnd(new RecordingEnd(true, "the excerpt ends here", null));
      ready.add(end);
      end();
    }
  }

  private void end() {
    ended = true;
    for (String block : scope.blocks()) {
      if (!blocks.contains(block)) {
        throw new ColotapeException(
            "no such RAM block", block, "the recording has " + String.join(", ", blocks));
      }
    }
  }
}
