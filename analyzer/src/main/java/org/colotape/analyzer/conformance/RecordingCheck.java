package org.colotape.analyzer.conformance;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.colotape.schema.digest.RunningDigest;
import org.colotape.schema.event.CheckpointSeal;
import org.colotape.schema.event.Digest;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.log.StreamBytes;
import org.jspecify.annotations.Nullable;

/** The recording itself: that no byte is missing, and that its seals say what it holds. */
final class RecordingCheck implements Check {
  /** Without it nothing else that is said of the stream is worth anything. */
  static final Rule LOSSLESS =
      Rule.error(
          "recording-lossless",
          "Each event of a channel begins where the one before ended.",
          "Colotape's law 1");

  static final Rule SEAL =
      Rule.error(
          "recording-seal",
          "A checkpoint's seal has the number and the digest of its events.",
          "Colotape's schema, CheckpointSeal");

  static final Rule ENDS =
      Rule.error(
          "recording-ends",
          "Each channel ends with its length, and nothing of it comes behind.",
          "Colotape's schema, ChannelEnd");

  static final Rule UNFINISHED =
      Rule.warning(
          "recording-unfinished",
          "A recording is read to the end of all its inputs.",
          "Colotape's schema, RecordingEnd");

  static final List<Rule> RULES = List.of(LOSSLESS, SEAL, ENDS, UNFINISHED);

  private static final int MOST_CHANNELS = 1 << 10;

  /** Most bytes of holes that are digested as older versions did, in the whole recording. */
  private static final long MOST_ZEROS = 1L << 30;

  private final Map<String, Long> offsets = new HashMap<>();
  private final Map<String, Boolean> ended = new HashMap<>();

  /** Null if the seals need no check. */
  private final @Nullable RunningDigest digest;

  /** As before December 2026, with holes as their zeros; null if no hole came. */
  private @Nullable RunningDigest withZeros;

  /** Bytes of holes so far. */
  private long zeros;

  private long events;
  private long pages;
  private long wireBytes;
  private boolean finished;
  private Place last = Place.NONE;

  private String lastKey = "";
  private int lastChannel = -1;
  private Direction lastDirection = Direction.NONE;

  /**
   * @param digests true to take the digests of checkpoints again
   */
  RecordingCheck(boolean digests) {
    digest = digests ? new RunningDigest() : null;
  }

  @Override
  public void see(Event event, Findings findings) {
    if (event.getKind() == Kind.CHECKPOINT_SEALED) {
      seal(event, event.getSeal(), findings);
      return;
    }
    if (event.getDirection() != Direction.NONE) {
      place(event, findings);
    }
    events++;
    wireBytes += StreamBytes.length(event);
    if (digest != null) {
      digest(event, digest);
    }
    switch (event.getKind()) {
      case PAGE -> pages += event.getPage().getPages();
      case RECORDING_END -> {
        finished = true;
        last = findings.place(event);
        if (!event.getEnd().getComplete()) {
          findings.add(UNFINISHED, event, event.getEnd().getReason());
        }
      }
      default -> {}
    }
  }

  private void digest(Event event, RunningDigest digest) {
    long hole = StreamBytes.hole(event);
    if (hole > 0) {
      zeros += Math.min(hole, MOST_ZEROS + 1 - zeros);
      RunningDigest before = withZeros == null ? digest.copy() : withZeros;
      withZeros = zeros <= MOST_ZEROS ? before : null;
    }
    StreamBytes.digest(event, digest);
    if (withZeros != null) {
      StreamBytes.forEach(event, withZeros::add);
    }
  }

  private boolean isDigest(CheckpointSeal seal, RunningDigest digest) {
    Digest wanted = seal.getDigest();
    boolean matches = digest.finish().toEvent().equals(wanted);
    return matches || (withZeros != null && withZeros.finish().toEvent().equals(wanted));
  }

  private void place(Event event, Findings findings) {
    String key = key(event);
    long expected = offsets.getOrDefault(key, 0L);
    if (event.getStreamOffset() != expected) {
      findings.add(
          LOSSLESS,
          event,
          "begins at %d, the one before ended at %d".formatted(event.getStreamOffset(), expected));
    }
    if (ended.containsKey(key)) {
      findings.add(ENDS, event, event.getKind() + " behind the end of the channel");
    }
    if (offsets.size() < MOST_CHANNELS || offsets.containsKey(key)) {
      offsets.put(key, event.getStreamOffset() + StreamBytes.length(event));
      if (event.getKind() == Kind.CHANNEL_END) {
        ended.put(key, true);
        long length = event.getChannelEnd().getLength();
        if (length != event.getStreamOffset()) {
          findings.add(ENDS, event, "is said to have had " + length + " bytes");
        }
      }
    }
  }

  private String key(Event event) {
    if (event.getChannel() != lastChannel || event.getDirection() != lastDirection) {
      lastChannel = event.getChannel();
      lastDirection = event.getDirection();
      lastKey = "channel " + lastChannel + " " + lastDirection;
    }
    return lastKey;
  }

  private void seal(Event event, CheckpointSeal seal, Findings findings) {
    if (seal.getEvents() != events
        || seal.getPages() != pages
        || seal.getWireBytes() != wireBytes) {
      findings.add(
          SEAL,
          event,
          "says %d events, %d pages, %d bytes; there were %d, %d, %d"
              .formatted(
                  seal.getEvents(),
                  seal.getPages(),
                  seal.getWireBytes(),
                  events,
                  pages,
                  wireBytes));
    }
    if (digest != null && !isDigest(seal, digest)) {
      findings.add(SEAL, event, "has another digest than the events");
    }
    withZeros = null;
    last = findings.place(event);
    events = 0;
    pages = 0;
    wireBytes = 0;
  }

  @Override
  public void end(Findings findings) {
    if (!finished) {
      findings.add(UNFINISHED, last, "it is still being written, or its recorder was killed");
      return;
    }
    offsets.keySet().stream()
        .filter(key -> !ended.containsKey(key))
        .sorted()
        .forEach(key -> findings.add(ENDS, last, "no end of " + key));
  }
}
