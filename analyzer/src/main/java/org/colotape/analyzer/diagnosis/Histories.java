package org.colotape.analyzer.diagnosis;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.replay.ObservationListener;
import org.colotape.replayer.replay.Replay;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.Observation;
import org.colotape.schema.event.ObservedPage;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageEncoding;
import org.colotape.schema.wire.ReadOnlyBlocks;
import org.jspecify.annotations.Nullable;

/**
 * Replays a recording once more and follows the pages that diverge, each up to the checkpoint at
 * which it first does.
 */
final class Histories implements ObservationListener {
  /** Bytes of pages that are kept; of further versions only the digest is. */
  private static final long MOST_BYTES = 64L << 20;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private @Nullable Replay replay;

  /** By checkpoint the pages that first diverge there. */
  private final SortedMap<Integer, List<PageId>> due = new TreeMap<>();

  private final Map<PageId, PageHistory> histories = new HashMap<>();

  /** By block the pages that are followed. */
  private final Map<String, BitSet> followed = new HashMap<>();

  private final List<DiagnosedPage> diagnosed = new ArrayList<>();
  private final Specimens specimens = new Specimens();
  private final Fills fills = new Fills();
  private final Recurrence recurrence = new Recurrence();
  private long keptBytes;

  /**
   * @param first the pages with the checkpoint at which each first diverges
   */
  Histories(Map<PageId, Integer> first) {
    first.forEach((page, checkpoint) -> {
      due.computeIfAbsent(checkpoint, _ -> new ArrayList<>()).add(page);
      histories.put(page, new PageHistory());
      followed.computeIfAbsent(page.block(), _ -> new BitSet()).set(page.page());
    });
  }

  /** Follows the pages through a replay up to an event. */
  void follow(Replay events, long last) {
    replay = events;
    for (Event event = events.step(); event != null; event = events.step()) {
      see(event);
      if (event.getSeq() >= last) {
        return;
      }
    }
  }

  /** Follows the pages through a replay until all that there is to say of them is known. */
  List<DiagnosedPage> diagnose(Replay events) {
    replay = events;
    while (!due.isEmpty() || recurrence.isFollowing()) {
      Event event = events.step();
      if (event == null) {
        break;
      }
      see(event);
    }
    return recurrence.tell(new ShortCaches(events.pvm()).apart(diagnosed));
  }

  private void see(Event event) {
    switch (event.getKind()) {
      case PAGE -> carried(event, event.getPage());
      case CHECKPOINT_SEALED -> sealed(event.getCheckpoint());
      default -> {
        // says nothing of a page
      }
    }
  }

  private Replay replay() {
    return Objects.requireNonNull(replay);
  }

  @Override
  public void observed(Event event) {
    observed(event.getObservation());
  }

  private void carried(Event event, Page page) {
    BitSet pages = followed.get(page.getBlock());
    RamBlockMemory sent = replay().pvm().find(page.getBlock());
    if (pages == null || sent == null) {
      return;
    }
    long first = page.getOffset() / page.getPageSize();
    long end = Math.min(first + page.getPages(), sent.pages());
    for (int i = first >= end ? -1 : pages.nextSetBit((int) first);
        i >= 0 && i < end;
        i = pages.nextSetBit(i + 1)) {
      boolean delta = page.getEncoding() == PageEncoding.XBZRLE;
      history(page.getBlock(), i)
          .add(
              new Version(
                  event.getCheckpoint(),
                  event.getSeq(),
                  page.getEncoding(),
                  delta ? delta(event) : NOTHING,
                  kept(sent, i)));
    }
  }

  private static ByteBuffer delta(Event event) {
    ByteBuffer wire = event.getWire().duplicate();
    int start = event.getPage().getDataStart();
    byte[] delta = new byte[wire.remaining() - start];
    wire.position(wire.position() + start).get(delta);
    return ByteBuffer.wrap(delta);
  }

  private void observed(Observation seen) {
    if (replay().flushed()) {
      recurrence.observed(seen, replay().openCheckpoint());
    }
    BitSet pages = followed.get(seen.getBlock());
    RamBlockMemory sent = replay().pvm().find(seen.getBlock());
    if (pages == null || sent == null || seen.getPageSize() != sent.pageSize()) {
      return;
    }
    int first = (int) (seen.getOffset() / seen.getPageSize());
    int end = first + seen.getDigests().remaining() / PageDigest.BYTES;
    for (int i = pages.nextSetBit(first); i >= 0 && i < end; i = pages.nextSetBit(i + 1)) {
      ByteBuffer digests = seen.getDigests();
      int at = digests.position() + (i - first) * PageDigest.BYTES;
      PageDigest digest = new PageDigest(digests.getLong(at), digests.getLong(at + Long.BYTES));
      boolean flushed = replay().flushed() || replay().openCheckpoint() <= 0;
      history(seen.getBlock(), i)
          .observe(seen.getMemory(), new Contents(digest, bytes(seen, sent, i, digest)), flushed);
    }
  }

  /** The observation's own bytes, or those of a version with the same digest. */
  private byte @Nullable [] bytes(
      Observation seen, RamBlockMemory sent, int page, PageDigest digest) {
    long offset = (long) page * seen.getPageSize();
    for (ObservedPage own : seen.getDiffering()) {
      if (own.getOffset() == offset) {
        byte[] bytes = new byte[own.getContents().remaining()];
        own.getContents().duplicate().get(bytes);
        return bytes;
      }
    }
    if (page < sent.pages() && sent.pageDigest(page).equals(digest)) {
      return read(sent, page);
    }
    for (Version version : history(seen.getBlock(), page).versions()) {
      if (version.digest().equals(digest)) {
        return version.contents().bytes();
      }
    }
    return null;
  }

  private void sealed(int checkpoint) {
    List<PageId> now = due.remove(checkpoint);
    List<PageId> pages = now == null ? List.of() : now.stream().sorted().toList();
    Holders holders = new Holders(replay().pvm(), fills, () -> inQuestion(pages));
    for (PageId page : pages) {
      diagnose(checkpoint, page, holders);
    }
    for (PageId page : pages) {
      histories.remove(page);
      bits(page.block()).clear(page.page());
    }
    Set<PageId> next = new HashSet<>(due.getOrDefault(checkpoint + 1, List.of()));
    histories.forEach((page, history) -> {
      RamBlockMemory svm = next.contains(page) ? replay().svm().find(page.block()) : null;
      history.nextCheckpoint(
          svm == null || page.page() >= svm.pages() ? null : kept(svm, page.page()));
    });
  }

  /** All that the pages hold, or were sent with. */
  private Stream<PageDigest> inQuestion(List<PageId> pages) {
    return pages.stream()
        .flatMap(page -> {
          PageHistory history = history(page.block(), page.page());
          return Stream.concat(
              history.observed().stream().map(Contents::digest),
              history.versions().stream().map(Version::digest));
        });
  }

  private void diagnose(int checkpoint, PageId page, Holders holders) {
    Contents sent = model(replay().pvm(), page);
    Contents svm = model(replay().svm(), page);
    Contents cache = replay().cache().blocks().isEmpty() ? svm : model(replay().cache(), page);
    PageHistory history = history(page.block(), page.page());
    Classification classification =
        new Classification(
            checkpoint,
            history,
            sent,
            cache,
            svm,
            held -> holders.others(held, page),
            ReadOnlyBlocks.contain(page.block()));
    Classification.Result result = classification.result();
    Contents thrown = history.observed(Memory.SVM);
    if (result.cause() == Cause.THROWN_BACK && thrown != null) {
      recurrence.begin(page, thrown.digest());
    }
    Version last = history.last();
    diagnosed.add(
        new DiagnosedPage(
            page,
            checkpoint,
            result,
            last == null ? -1 : last.seq(),
            specimens.take(page, result, classification)));
  }

  private static Contents model(GuestMemory memory, PageId page) {
    RamBlockMemory block = memory.find(page.block());
    return block == null || page.page() >= block.pages()
        ? Contents.of(new byte[0])
        : Contents.of(read(block, page.page()));
  }

  private Contents kept(RamBlockMemory memory, int page) {
    if (keptBytes + memory.pageSize() > MOST_BYTES) {
      return new Contents(memory.pageDigest(page), null);
    }
    keptBytes += memory.pageSize();
    return Contents.of(read(memory, page));
  }

  private static byte[] read(RamBlockMemory memory, int page) {
    byte[] bytes = new byte[memory.pageSize()];
    memory.read(page, bytes, 0);
    return bytes;
  }

  private PageHistory history(String block, int page) {
    return histories.computeIfAbsent(new PageId(block, page), _ -> new PageHistory());
  }

  private BitSet bits(String block) {
    return followed.computeIfAbsent(block, _ -> new BitSet());
  }
}
