package org.colotape.recorder.observe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.colotape.recorder.feed.AnswerHold;
import org.colotape.recorder.journal.JournalFolder;
import org.colotape.recorder.journal.JournalLane;
import org.colotape.recorder.journal.JournalWriter;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.codec.EventCodec;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.MissedObservation;
import org.colotape.schema.event.Observation;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.wire.ReadOnlyBlocks;
import org.jspecify.annotations.Nullable;

/**
 * Observes the memory of running VMs while a tap holds an answer of the secondary back, and puts
 * what it sees into the journal.
 *
 * <p>While LOADED is held the primary stands still in the state of the checkpoint, and the real
 * COLO cache is what was received: both are read whole then, because only that finds a page that
 * the primary forgot. The secondary's guest runs by then. What it had before its flush is seen
 * while REPLY is held; a page that is unchanged since, at two looks, and is not what the primary
 * sent, was not flushed; one that is what the primary sent was; any other was written by the guest
 * since, and is not observed. Blocks to which no guest can write are read whole of the secondary
 * too.
 */
public final class LiveObserver implements AnswerHold, AutoCloseable {
  private static final JournalLane MAIN = new JournalLane(0, Direction.PVM_TO_SVM);
  private static final JournalLane ANSWERS = new JournalLane(0, Direction.SVM_TO_PVM);
  private static final EventCodec<Event> CODEC = EventCodec.events();
  private static final long BETWEEN_LOOKS_MILLIS = 20;

  private final ObserverSettings settings;
  private final JournalWriter journal;
  private final StreamFollower stream;
  private final BlockReaders readers;
  private final Consumer<String> report;
  private final Map<LiveTarget, FlushLooks> secondaries = new HashMap<>();

  /** Of the secondaries those that were seen before the flush of this checkpoint. */
  private final Set<LiveTarget> stopped = new HashSet<>();

  private final Set<LiveTarget> seen = new HashSet<>();

  /** Memories of which the recording says something: what they held, or why that is not known. */
  private final Set<Memory> told = EnumSet.noneOf(Memory.class);

  private int checkpoint;

  /**
   * @param report takes a line for each observation, and what went wrong
   */
  public LiveObserver(
      ObserverSettings settings,
      JournalFolder folder,
      JournalWriter journal,
      Consumer<String> report) {
    this.settings = settings;
    this.journal = journal;
    this.stream = new StreamFollower(folder, journal);
    this.readers = new BlockReaders(stream, report);
    this.report = report;
  }

  @Override
  public void held(ColoMessageType message) {
    if (message == ColoMessageType.CHECKPOINT_REPLY) {
      checkpoint++;
      stopped.clear();
    }
    readers.lookAnew();
    if (checkpoint % settings.every() != 0) {
      return;
    }
    long begun = System.nanoTime();
    long deadline = begun + settings.hold().toNanos();
    try {
      if (!stream.await(journal.length(MAIN), journal.length(ANSWERS), deadline)) {
        settings
            .targets()
            .forEach(target -> missed(target, "the stream could not be followed in time"));
      } else if (message == ColoMessageType.CHECKPOINT_REPLY) {
        seeBeforeFlush(deadline);
      } else {
        observe(begun, deadline);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What was to be observed, and never came to be looked at, is told to be missed. */
  @Override
  public void over() {
    for (LiveTarget target : settings.targets()) {
      if (!told.contains(target.memory())) {
        missed(target, "no answer was held back for it; %d checkpoints came".formatted(checkpoint));
      }
    }
  }

  private List<LiveTarget> targets() {
    return new StatedBlocks(stream.digests().usedLengths()).each(settings.targets());
  }

  private void seeBeforeFlush(long deadline) {
    for (LiveTarget target : targets()) {
      if (isOfGuest(target)) {
        FlushLooks looks = secondaries.computeIfAbsent(target, _ -> new FlushLooks());
        boolean next = settings.every() == 1;
        if (see(target, deadline, looks.beforeFlush(next))) {
          stopped.add(target);
        }
      }
    }
  }

  /** True of memory that the secondary's guest may write while it is observed. */
  private static boolean isOfGuest(LiveTarget target) {
    String block = target.block();
    return target.memory() == Memory.SVM && (block == null || !ReadOnlyBlocks.contain(block));
  }

  private void observe(long begun, long deadline) throws InterruptedException {
    stopped.removeIf(target -> !see(target, deadline, looks(target).afterFlush()));
    if (!stopped.isEmpty()) {
      Thread.sleep(BETWEEN_LOOKS_MILLIS);
    }
    Map<Memory, Tally> tallies = new EnumMap<>(Memory.class);
    for (LiveTarget target : inOrder()) {
      Tally tally = tallies.computeIfAbsent(target.memory(), _ -> new Tally());
      if (!isOfGuest(target) || stopped.contains(target)) {
        Long read =
            scan(
                target,
                deadline,
                choice(target),
                observation -> {
                  tally.count(observation);
                  put(observation);
                });
        if (read != null) {
          seen.add(target);
          tally.read(read);
        }
      }
    }
    stream.observed();
    StringBuilder line = new StringBuilder("observed checkpoint " + checkpoint + ":");
    tallies.forEach((memory, tally) -> line.append(tally.isEmpty() ? "" : " " + memory + tally));
    report.accept(
        line + " held %d ms".formatted(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun)));
  }

  /**
   * A cache that is not found may be once the primary has shown what its block holds, where the
   * encoding of the pages did not tell.
   */
  private List<LiveTarget> inOrder() {
    List<LiveTarget> order = new ArrayList<>(targets());
    for (int i = 0; i + 1 < order.size(); i++) {
      LiveTarget target = order.get(i);
      LiveTarget next = order.get(i + 1);
      if (target.memory() == Memory.CACHE
          && next.memory() == Memory.PVM
          && BlockReaders.block(target).equals(BlockReaders.block(next))
          && !readers.isFound(target)) {
        Collections.swap(order, i, i + 1);
        i++;
      }
    }
    return order;
  }

  /** Looks at a memory, of which nothing is observed yet; false, and told, if it can't be seen. */
  private boolean see(LiveTarget target, long deadline, MemoryScan.Choice look) {
    if (scan(target, deadline, look, _ -> {}) == null) {
      secondaries.remove(target); // what was seen of it before is of no use any more
      return false;
    }
    return true;
  }

  private FlushLooks looks(LiveTarget target) {
    return Objects.requireNonNull(secondaries.get(target));
  }

  /** Which pages of a memory are observed: at first all, then what may have changed. */
  private MemoryScan.Choice choice(LiveTarget target) {
    boolean first = !seen.contains(target);
    FlushLooks.Sent sent = page -> stream.wasSent(BlockReaders.block(target), page);
    return isOfGuest(target)
        ? looks(target).settled(first, sent)
        : (page, now, said) -> {
          if (said == null && target.memory() != Memory.SVM) {
            stream.learn(BlockReaders.block(target), page, now);
          }
          return first || !now.equals(said) || sent.was(page) ? now : null;
        };
  }

  /** Reads all of a memory; null, and told, if that was not possible. */
  private @Nullable Long scan(
      LiveTarget target,
      long deadline,
      MemoryScan.Choice choice,
      Consumer<Observation> observations) {
    try {
      BlockReader reader = readers.of(target);
      long read =
          new MemoryScan(target.memory(), reader, stream, deadline).run(choice, observations);
      if (read < reader.length() / stream.pageSize()) {
        missed(target, "it was read up to page " + read + ", then its time was over");
        return null;
      }
      return read;
    } catch (IOException | ColotapeException e) {
      missed(target, "it can't be read: " + e.getMessage());
      return null;
    }
  }

  /** Notes in the recording, and tells, that a memory was not observed, or not all of it. */
  private void missed(LiveTarget target, String why) {
    report.accept(
        "observation of checkpoint " + checkpoint + " is incomplete: " + target + ": " + why);
    Event event = event(Kind.OBSERVATION_MISSED);
    told.add(target.memory());
    event.setMissed(
        new MissedObservation(target.memory(), BlockReaders.block(target), why.replace('\n', ' ')));
    journal.observation(CODEC.encode(event));
  }

  private void put(Observation observation) {
    Event event = event(Kind.OBSERVATION);
    event.setObservation(observation);
    told.add(observation.getMemory());
    journal.observation(CODEC.encode(event));
  }

  private static Event event(Kind kind) {
    Event event = new Event();
    event.setRecording(new RecordingId(new byte[16]));
    event.setKind(kind);
    event.setDirection(Direction.NONE);
    event.setWire(ByteBuffer.allocate(0));
    event.setPageEnds(List.of());
    return event;
  }

  @Override
  public void close() {
    stream.close();
    readers.close();
  }
}
