package org.colotape.analyzer.report;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.colotape.analyzer.diff.BlockComparison;
import org.colotape.analyzer.diff.Divergence;
import org.colotape.analyzer.diff.MemoryPair;
import org.colotape.analyzer.diff.PageBytes;
import org.colotape.analyzer.diff.PageSet;
import org.colotape.analyzer.diff.Side;
import org.colotape.analyzer.diff.Source;
import org.colotape.analyzer.verdict.CheckpointVerdict;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;
import org.colotape.analyzer.verdict.CheckpointVerdict.NotCompared;
import org.colotape.analyzer.verdict.CheckpointVerdict.Reason;
import org.colotape.analyzer.verdict.Doubt;
import org.colotape.analyzer.verdict.RecordingVerdict;
import org.colotape.analyzer.verdict.Remark;
import org.colotape.replayer.memory.PageWriter;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.MigrationEnd;
import org.colotape.schema.event.MigrationOutcome;
import org.jspecify.annotations.Nullable;

/** Verdicts made by hand, to be reported. */
public final class Verdicts {
  static final int PAGE = 4096;
  private static final Map<Memory, Source> REPLAYED =
      Map.of(Memory.PVM, Source.MODEL, Memory.CACHE, Source.MODEL, Memory.SVM, Source.MODEL);
  private static final Map<Memory, Source> OBSERVED =
      Map.of(Memory.PVM, Source.OBSERVED, Memory.CACHE, Source.MODEL, Memory.SVM, Source.MODEL);

  private Verdicts() {}

  /** Agrees at checkpoints 0 to 2, the PVM observed at 1; the last one is cut. */
  static RecordingVerdict inStep() {
    return of(
        List.of(
            new Compared(0, 16, 16, List.of(block(REPLAYED, 16, true, Map.of())), List.of()),
            new Compared(1, 3, 2, List.of(block(OBSERVED, 2, true, Map.of())), List.of()),
            new Compared(2, 0, 0, List.of(block(REPLAYED, 0, false, Map.of())), List.of()),
            new NotCompared(3, 1, 1, Reason.INCOMPLETE)));
  }

  /**
   * Agrees at checkpoint 0; at 1 pages 1 to 3 and 5 of the observed PVM differ from both others.
   */
  static RecordingVerdict diverged(Divergence... evidence) {
    PageSet pages = pages(1, 2, 3, 5);
    return of(
        List.of(
            new Compared(0, 16, 16, List.of(block(REPLAYED, 16, true, Map.of())), List.of()),
            new Compared(
                1,
                3,
                2,
                List.of(
                    block(
                        OBSERVED,
                        6,
                        false,
                        Map.of(MemoryPair.PVM_CACHE, pages, MemoryPair.PVM_SVM, pages))),
                List.of(evidence))));
  }

  /** Page 1 of checkpoint 1 as the PVM was observed and the cache replayed. */
  static Divergence evidence(@Nullable String pvm, String cache, @Nullable PageWriter sent) {
    Side left = side(Memory.PVM, Source.OBSERVED, pvm, null);
    Side right = side(Memory.CACHE, Source.MODEL, cache, new PageWriter(7, 0x70, 0));
    PageBytes here = left.bytes();
    PageBytes there = right.bytes();
    int first = here == null || there == null ? -1 : here.mismatch(there);
    return new Divergence(1, "ram", PAGE, MemoryPair.PVM_CACHE, left, right, first, sent);
  }

  static RecordingVerdict of(List<CheckpointVerdict> checkpoints, Remark... remarks) {
    return named("rec", checkpoints, remarks);
  }

  /** The verdict on a recording whose secondary has confirmed all. */
  public static RecordingVerdict named(
      String name, List<? extends CheckpointVerdict> checkpoints, Remark... remarks) {
    Doubt nothing = new Doubt(Doubt.Reason.NOTHING_COMPARED, "no checkpoint could be compared");
    return new RecordingVerdict(
        name,
        RuleSet.QEMU,
        List.copyOf(checkpoints),
        null,
        new MigrationEnd(MigrationOutcome.CONFIRMED, "the secondary told so", -1L, ""),
        List.of(remarks),
        checkpoints.isEmpty() ? List.of(nothing) : List.of());
  }

  private static BlockComparison block(
      Map<Memory, Source> sources,
      int compared,
      boolean whole,
      Map<MemoryPair, PageSet> differing) {
    return new BlockComparison(
        "ram",
        PAGE,
        16,
        compared,
        whole,
        new EnumMap<>(sources),
        differing.isEmpty() ? Map.of() : new EnumMap<>(differing));
  }

  private static Side side(
      Memory memory, Source source, @Nullable String text, @Nullable PageWriter writer) {
    PageBytes bytes = null;
    if (text != null) {
      byte[] page = new byte[PAGE];
      byte[] head = text.getBytes(StandardCharsets.ISO_8859_1);
      System.arraycopy(head, 0, page, 0x20, head.length);
      bytes = PageBytes.copyOf(MemorySegment.ofArray(page));
    }
    return new Side(memory, source, new PageDigest(0, memory == Memory.PVM ? 1 : 2), bytes, writer);
  }

  static PageSet pages(int... pages) {
    BitSet set = new BitSet();
    IntStream.of(pages).forEach(set::set);
    return PageSet.of(set);
  }

  /** A remark for each number. */
  static Remark[] remarks(int count) {
    List<Remark> remarks = new ArrayList<>();
    IntStream.range(0, count)
        .forEach(n -> remarks.add(new Remark.Contradiction("section " + n, n)));
    return remarks.toArray(Remark[]::new);
  }
}
