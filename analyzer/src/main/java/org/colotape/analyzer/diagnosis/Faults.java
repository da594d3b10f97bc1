package org.colotape.analyzer.diagnosis;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.colotape.analyzer.diagnosis.Fault.Confidence;
import org.colotape.analyzer.diff.PageSet;
import org.colotape.replayer.replay.ReplayError;
import org.jspecify.annotations.Nullable;

/** Groups pages with one cause into one fault, and puts faults into words. */
final class Faults {
  /** Events that a fault cites at most. */
  private static final int MOST_EVENTS = 16;

  private Faults() {}

  /** Pages of which the same is to be said. */
  private record Group(
      int checkpoint,
      Cause cause,
      int origin,
      Confidence confidence,
      Doubt doubt,
      boolean initial,
      int again) {}

  static List<Fault> grouped(List<DiagnosedPage> pages) {
    Map<Group, List<DiagnosedPage>> groups = new LinkedHashMap<>();
    for (DiagnosedPage page : pages) {
      Classification.Result found = page.result();
      Group group =
          new Group(
              page.checkpoint(),
              found.cause(),
              origin(page),
              found.confidence(),
              found.confidence() == Confidence.CERTAIN ? Doubt.NONE : found.doubt(),
              found.cause() == Cause.LOST_DIRTY_BIT && found.origin() == 0,
              page.again());
      groups.computeIfAbsent(group, _ -> new ArrayList<>()).add(page);
    }
    List<Fault> faults = new ArrayList<>();
    groups.forEach((group, members) -> faults.add(fault(group, members)));
    return faults;
  }

  /**
   * In the order in which they are told: the earliest first, what is about messages before what is
   * about pages, the cause of most pages before others, and what is surest of it before the rest.
   */
  static List<Fault> sorted(List<Fault> faults) {
    record Kind(int checkpoint, Cause cause) {}
    Map<Kind, Integer> pages = new HashMap<>();
    faults.forEach(fault ->
        pages.merge(new Kind(fault.checkpoint(), fault.cause()), fault.size(), Integer::sum));
    return faults.stream()
        .sorted(
            Comparator.comparingInt(Fault::checkpoint)
                .thenComparing(fault -> !fault.pages().isEmpty())
                .thenComparing(
                    fault -> pages.getOrDefault(new Kind(fault.checkpoint(), fault.cause()), 0),
                    Comparator.reverseOrder())
                .thenComparing(Fault::cause)
                .thenComparing(Fault::confidence)
                .thenComparing(Fault::size, Comparator.reverseOrder()))
        .toList();
  }

  /** Pages of a checkpoint that was not whole yet. */
  static List<Fault> early(EqualPages pages, Confidence most) {
    return ofFlush(
        Cause.FLUSHED_TOO_EARLY,
        pages,
        Set.of(),
        most,
        count ->
            "%s of SVM RAM %s what the checkpoint brought before it was whole"
                .formatted(count(count), count == 1 ? "was" : "were"));
  }

  /** Pages that nobody had changed. */
  static List<Fault> needless(EqualPages pages, Set<PageId> but) {
    return ofFlush(
        Cause.NEEDLESS_WORK,
        pages,
        but,
        Confidence.LIKELY,
        count ->
            "%s of SVM RAM %s flushed although neither side had changed %s"
                .formatted(count(count), count == 1 ? "was" : "were", count == 1 ? "it" : "them"));
  }

  /** Contents that other pages hold, too, may have come there without a flush. */
  private static List<Fault> ofFlush(
      Cause cause, EqualPages pages, Set<PageId> but, Confidence most, IntFunction<String> claim) {
    List<Fault> faults = new ArrayList<>();
    pages
        .pages()
        .forEach((checkpoint, bySharing) -> {
          SortedSet<PageId> own = new TreeSet<>();
          SortedSet<PageId> shared = new TreeSet<>();
          bySharing.forEach((sharing, of) -> (sharing == Sharing.ALONE ? own : shared).addAll(of));
          own.removeAll(but);
          shared.removeAll(but);
          if (!own.isEmpty()) {
            faults.add(ofFlush(cause, checkpoint, own, most, claim.apply(own.size())));
          }
          if (!shared.isEmpty()) {
            String text =
                claim.apply(shared.size())
                    + (shared.size() == 1
                        ? ", or the SVM's guest wrote the same: it holds what other pages hold, too"
                        : ", or the SVM's guest wrote the same: they hold what other pages hold,"
                            + " too");
            faults.add(ofFlush(cause, checkpoint, shared, Confidence.POSSIBLE, text));
          }
        });
    return faults;
  }

  private static Fault ofFlush(
      Cause cause, int checkpoint, Collection<PageId> pages, Confidence confidence, String text) {
    return new Fault(cause, checkpoint, -1, sets(pages), List.of(), confidence, text);
  }

  /** What ended the secondary's load, or null if it did not end or is no fault of pages. */
  static @Nullable Fault ofLoad(@Nullable ReplayError error) {
    if (error == null) {
      return null;
    }
    return switch (error.reason()) {
      case ILLEGAL_OFFSET, BLOCK_WITHOUT_CACHE -> ofLoad(Cause.BEYOND_USED_LENGTH, error);
      case BAD_PAGE_DATA ->
          ofLoad(error.detail().startsWith("XBZRLE") ? Cause.TORN : Cause.DAMAGED_BITS, error);
      case UNKNOWN_BLOCK, BAD_COMMAND, BAD_BLOCK_LIST, UNPARSED_BYTES, MISSING_CHANNEL -> null;
    };
  }

  private static Fault ofLoad(Cause cause, ReplayError error) {
    SequencedMap<String, PageSet> pages = new LinkedHashMap<>();
    return new Fault(
        cause,
        error.checkpoint(),
        -1,
        pages,
        List.of(error.seq()),
        Confidence.CERTAIN,
        "the secondary can't load %s+0x%x: %s"
            .formatted(error.block(), error.offset(), error.detail()));
  }

  /** Only of stale pages it matters which version they are. */
  private static int origin(DiagnosedPage page) {
    return page.result().cause() == Cause.STALE ? page.result().origin() : -1;
  }

  private static Fault fault(Group group, List<DiagnosedPage> members) {
    List<Long> events =
        members.stream()
            .map(DiagnosedPage::event)
            .filter(event -> event >= 0)
            .sorted()
            .distinct()
            .limit(MOST_EVENTS)
            .toList();
    return new Fault(
        group.cause(),
        group.checkpoint(),
        group.origin(),
        sets(members.stream().map(DiagnosedPage::page).toList()),
        events,
        group.confidence(),
        text(group, members.size()),
        members.stream()
            .map(DiagnosedPage::specimen)
            .filter(Objects::nonNull)
            .limit(Specimens.MOST_OF_A_KIND)
            .toList());
  }

  private static String text(Group group, int pages) {
    String claim = claim(group, count(pages), pages == 1);
    return group.confidence() == Confidence.CERTAIN
        ? claim
        : group.doubt().sentence(count(pages), pages == 1, group.cause(), claim);
  }

  private static String claim(Group group, String count, boolean one) {
    String are = one ? " is" : " are";
    String were = one ? " was" : " were";
    return switch (group.cause()) {
      case NEVER_SENT -> count + " of the PVM" + were + " never sent";
      case LOST_DIRTY_BIT ->
          group.checkpoint() == 1 && group.initial()
              ? count
                  + " changed in the PVM between the initial migration and checkpoint 1, and that"
                  + " was never sent"
              : count + " changed in the PVM and" + were + " not sent again";
      case STALE ->
          "%s%s as sent in checkpoint %d, an older version".formatted(count, are, group.origin());
      case NOT_IN_CACHE -> count + " of the initial migration never got into the cache";
      case WRONG_XBZRLE_BASE -> "XBZRLE deltas of " + count + " were applied to other contents";
      case ZERO_NOT_APPLIED -> count + " came as zeros, and kept old contents";
      case OTHER_PAGE -> count + (one ? " has" : " have") + " the contents of another page";
      case TORN -> count + are + " half one version and half another";
      case DAMAGED_BITS -> "a few bits of " + count + " are wrong";
      case BEYOND_USED_LENGTH -> "the cache ends before " + count + " of the block";
      case NOT_FLUSHED -> count + " of SVM RAM kept what " + (one ? "it" : "they") + " had";
      case FLUSHED_TOO_EARLY -> count + " of SVM RAM changed before the checkpoint was whole";
      case THROWN_BACK -> thrownBack(group, count, were);
      case WRITTEN_AFTER_FLUSH -> count + were + " written by the SVM's guest behind the flush";
      case PROTOCOL_ORDER, NEEDLESS_WORK, UNEXPLAINED ->
          count + (one ? " differs" : " differ") + ", for no cause that is known";
    };
  }

  private static String thrownBack(Group group, String count, String were) {
    String later =
        group.again() == 0
            ? ""
            : ", and the same at %s checkpoint%s"
                .formatted(
                    group.again() == 1 ? "a later" : "each of " + group.again() + " later",
                    group.again() == 1 ? "" : "s");
    return "%s of SVM RAM%s thrown back by the secondary itself, as its reset does, and not flushed"
            .formatted(count, were)
        + " after that"
        + later;
  }

  private static String count(int pages) {
    return pages == 1 ? "1 page" : pages + " pages";
  }

  private static SequencedMap<String, PageSet> sets(Collection<PageId> pages) {
    Map<String, BitSet> bits = new TreeMap<>();
    pages.forEach(page -> bits.computeIfAbsent(page.block(), _ -> new BitSet()).set(page.page()));
    SequencedMap<String, PageSet> sets = new LinkedHashMap<>();
    bits.forEach((block, set) -> sets.put(block, PageSet.of(set)));
    return sets;
  }
}
