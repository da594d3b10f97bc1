package org.colotape.recorder.observe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.colotape.recorder.feed.AnswerHold;
import org.colotape.recorder.journal.JournalFolder;
import org.colotape.recorder.journal.JournalLane;
import org.colotape.recorder.journal.JournalWriter;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.codec.EventCodec;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.MissedObservation;
import org.colotape.schema.event.Observation;
import org.colotape.schema.event.RecordingId;
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
 * since, and is not observed.
 */
public final class LiveObserver implements AnswerHold, AutoCloseable {
  private static final JournalLane MAIN = new JournalLane(0, Direction.PVM_TO_SVM);
  private static final EventCodec<Event> CODEC = EventCodec.events();
  private static final int SAMPLES = 256;
  private static final long BETWEEN_LOOKS_MILLIS = 20;

  private final ObserverSettings settings;
  private final JournalWriter journal;
  private final StreamFollower stream;
  private final Consumer<String> report;
  private final Map<LiveTarget, BlockReader> readers = new HashMap<>();
  private final Map<LiveTarget, Look> beforeFlush = new HashMap<>();
  private final List<LiveTarget> seen = new ArrayList<>();

  /** Targets of which it was not certain where their memory is. */
  private final List<LiveTarget> ambiguous = new ArrayList<>();

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
    this.report = report;
  }

  @Override
  public void held(ColoMessageType message) {
    if (message == ColoMessageType.CHECKPOINT_REPLY) {
      checkpoint++;
    }
    forgetAmbiguous();
    if (checkpoint % settings.every() != 0) {
      return;
    }
    long begun = System.nanoTime();
    long deadline = begun + settings.hold().toNanos();
    try {
      if (!stream.await(journal.length(MAIN), deadline)) {
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

  private void forgetAmbiguous() {
    for (LiveTarget target : ambiguous) {
      BlockReader reader = readers.remove(target);
      if (reader != null) {
        close(reader);
      }
    }
    ambiguous.clear();
  }

  private void seeBeforeFlush(long deadline) {
    beforeFlush.clear();
    for (LiveTarget target : settings.targets()) {
      if (target.memory() == Memory.SVM) {
        Look digests = new Look();
        if (scan(target, deadline, (page, now, said) -> digests.see(page, now, said), _ -> {})
            != null) {
          beforeFlush.put(target, digests);
        }
      }
    }
  }

  private void observe(long begun, long deadline) throws InterruptedException {
    Map<LiveTarget, BitSet> unchanged = firstLook(deadline);
    if (!unchanged.isEmpty()) {
      Thread.sleep(BETWEEN_LOOKS_MILLIS);
    }
    StringBuilder line = new StringBuilder("observed checkpoint " + checkpoint + ":");
    for (LiveTarget target : settings.targets()) {
      long[] pages = new long[2];
      Look before = beforeFlush.get(target);
      boolean first = !seen.contains(target);
      MemoryScan.Choice choice =
          target.memory() == Memory.SVM
              ? (page, now, said) ->
                  isSettled(page, now, said, before, unchanged.get(target))
                      && (first || says(block(target), page, now, said, before))
              : (page, now, said) ->
                  first || !now.equals(said) || stream.wasSent(block(target), page);
      Long read =
          scan(
              target,
              deadline,
              choice,
              observation -> {
                pages[0] += observation.getDigests().remaining() / PageDigest.BYTES;
                pages[1] += observation.getDiffering().size();
                put(observation);
              });
      if (read != null) {
        seen.add(target);
        line.append(
            " %s %d pages read, %d kept, %d unlike the stream;"
                .formatted(target.memory(), read, pages[0], pages[1]));
      }
    }
    stream.observed();
    report.accept(
        line + " held %d ms".formatted(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun)));
  }

  /**
   * Finds the pages of the secondary that are as they were before the flush. Its guest may have
   * counted up to just the value that a page had then, so that one look is not enough: what it
   * writes has gone on at the second.
   */
  private Map<LiveTarget, BitSet> firstLook(long deadline) {
    Map<LiveTarget, BitSet> unchanged = new HashMap<>();
    beforeFlush.forEach((target, before) -> {
      BitSet pages = new BitSet();
      MemoryScan.Choice choice =
          (page, now, _) -> {
            pages.set(page, now.equals(before.at(page)));
            return false;
          };
      if (scan(target, deadline, choice, _ -> {}) != null) {
        unchanged.put(target, pages);
      }
    });
    return unchanged;
  }

  /**
   * True if the page is what the flush made it, or what it would be without the flush. That can't
   * be said of one that the guest had written before: a guest that goes on from the primary's state
   * may come to just that again.
   */
  private static boolean isSettled(
      int page,
      PageDigest now,
      @Nullable PageDigest said,
      @Nullable Look before,
      @Nullable BitSet unchanged) {
    return said != null
        && before != null
        && unchanged != null
        && (now.equals(said)
            || (unchanged.get(page) && !before.isOwn(page) && now.equals(before.at(page))));
  }

  /** True if the page was due to be flushed, or should have been. */
  private boolean says(
      String block, int page, PageDigest now, @Nullable PageDigest said, @Nullable Look before) {
    return !now.equals(said)
        || stream.wasSent(block, page)
        || (before != null && !Objects.equals(before.at(page), said));
  }

  /** Reads all of a memory; null, and told, if that was not possible. */
  private @Nullable Long scan(
      LiveTarget target,
      long deadline,
      MemoryScan.Choice choice,
      Consumer<Observation> observations) {
    try {
      BlockReader reader = readers.get(target);
      if (reader == null) {
        reader = open(target);
        readers.put(target, reader);
      }
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
    BlockReader reader = readers.get(target);
    Event event = event(Kind.OBSERVATION_MISSED);
    event.setMissed(
        new MissedObservation(
            target.memory(), reader == null ? "" : reader.block(), why.replace('\n', ' ')));
    journal.observation(CODEC.encode(event));
  }

  private BlockReader open(LiveTarget target) throws IOException {
    Path file = target.file();
    if (file != null) {
      long length = Files.size(file);
      String block = target.block() == null ? blockOf(length, file.toString()) : target.block();
      return FileReader.of(file, block, Math.min(length, length(block)), 0);
    }
    String block = target.block() == null ? largest() : target.block();
    Path monitor = target.monitor();
    if (monitor != null) {
      return MonitorReader.of(monitor, block, length(block));
    }
    return find(target, block, length(block));
  }

  /** Finds a block in a process by what the primary said of its pages. */
  private BlockReader find(LiveTarget target, String block, long length) throws IOException {
    List<Found> found = new ArrayList<>();
    for (ProcessMaps.Start start :
        ProcessMaps.starts(target.pid(), length, target.memory() == Memory.CACHE)) {
      Found fit = fit(target.pid(), start, block, length, false);
      boolean guestsOwn = target.memory() == Memory.SVM && start.held();
      if (fit != null && (fit.fitting() > 0 || guestsOwn)) {
        found.add(fit);
      }
    }
    found.sort(Comparator.comparingInt(Found::fitting).reversed());
    Found best =
        target.memory() == Memory.SVM
            ? memoryOfSecondary(target, found, block, length)
            : found.stream()
                .findFirst()
                .filter(fit -> 2 * fit.fitting() > fit.known())
                .orElse(null);
    if (best == null) {
      throw new ColotapeException(
          "no memory of the process looks like block '" + block + "'",
          target.toString(),
          "give the right pid, or the file of the block's memory backend");
    }
    return FileReader.of(ProcessMaps.memory(target.pid()), block, length, best.start().address());
  }

  /**
   * A secondary has a block twice: the cache holds all of what was said, its own memory what its
   * guest made of that since, and no file ever holds the cache. Where all of both is the same it
   * does not matter which one is read, but they are told apart anew the next time.
   */
  private @Nullable Found memoryOfSecondary(
      LiveTarget target, List<Found> found, String block, long length) {
    Found held = found.stream().filter(fit -> fit.start().held()).findFirst().orElse(null);
    if (held != null || found.size() < 2) {
      return held;
    }
    Found first = found.getFirst();
    Found second = found.get(1);
    if (first.fitting() > second.fitting()) {
      return second;
    }
    ambiguous.add(target);
    Found one = fit(target.pid(), first.start(), block, length, true);
    Found other = fit(target.pid(), second.start(), block, length, true);
    return one == null || other == null || other.fitting() < one.fitting() ? other : one;
  }

  /**
   * How what stands somewhere in a process fits a block.
   *
   * @param known number of pages of which the primary said something
   * @param fitting number of those that hold it
   */
  private record Found(ProcessMaps.Start start, int known, int fitting) {}

  /**
   * Compares what stands somewhere with a block.
   *
   * @param whole true to compare each page, and not only some of those that are not zero
   */
  private @Nullable Found fit(
      long pid, ProcessMaps.Start start, String block, long length, boolean whole) {
    int size = stream.pageSize();
    byte[] page = new byte[size];
    long step = whole ? size : Math.max(1, length / size / SAMPLES / 4) * size;
    int most = whole ? Integer.MAX_VALUE : SAMPLES;
    int known = 0;
    int fitting = 0;
    try (BlockReader reader =
        FileReader.of(ProcessMaps.memory(pid), block, length, start.address())) {
      for (long at = 0; at < length && known < most; at += step) {
        if (whole || stream.digests().isKnownNonZero(block, at, size)) {
          known++;
          reader.read(at, page, size);
          PageDigest seen = PageDigest.of(page, 0, size);
          fitting += seen.equals(stream.digests().last(block, at, size)) ? 1 : 0;
        }
      }
      return new Found(start, known, fitting);
    } catch (IOException e) {
      return null; // a mapping that can't be read is none of the guest's memory
    }
  }

  private String blockOf(long length, String file) {
    List<String> fitting = new ArrayList<>();
    stream
        .digests()
        .usedLengths()
        .forEach((name, used) -> {
          if (used == length) {
            fitting.add(name);
          }
        });
    if (fitting.size() != 1) {
      throw new ColotapeException(
          fitting.size() + " RAM blocks have its length of " + length + " bytes",
          file,
          "name the block: BLOCK=FILE");
    }
    return fitting.getFirst();
  }

  private String largest() {
    String largest = "";
    long most = -1;
    for (Map.Entry<String, Long> block : stream.digests().usedLengths().entrySet()) {
      if (block.getValue() > most) {
        most = block.getValue();
        largest = block.getKey();
      }
    }
    return largest;
  }

  private long length(String block) {
    Long used = stream.digests().usedLengths().get(block);
    if (used == null) {
      throw new ColotapeException(
          "the stream has no RAM block '" + block + "'",
          "",
          "it has " + stream.digests().usedLengths().keySet());
    }
    return used;
  }

  private String block(LiveTarget target) {
    return Objects.requireNonNull(readers.get(target)).block();
  }

  private void put(Observation observation) {
    Event event = event(Kind.OBSERVATION);
    event.setObservation(observation);
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
    readers.values().forEach(this::close);
  }

  private void close(BlockReader reader) {
    try {
      reader.close();
    } catch (IOException e) {
      report.accept("cannot close " + reader.block() + ": " + e.getMessage());
    }
  }
}
