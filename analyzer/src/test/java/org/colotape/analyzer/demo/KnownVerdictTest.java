package org.colotape.analyzer.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.colotape.analyzer.diff.BlockComparison;
import org.colotape.analyzer.diff.MemoryPair;
import org.colotape.analyzer.diff.PageSet;
import org.colotape.analyzer.diff.Source;
import org.colotape.analyzer.report.Verdicts;
import org.colotape.analyzer.verdict.CheckpointVerdict;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;
import org.colotape.schema.event.Memory;
import org.junit.jupiter.api.Test;

class KnownVerdictTest {
  @Test
  void theKnownVerdictIsNotContradicted() {
    assertThat(contradictions(capture(Map.of(1, 2)), compared(1, 2, 0))).isEmpty();
    assertThat(contradictions(capture(Map.of(1, 0)), compared(1, 0, 0))).isEmpty();
  }

  @Test
  void anotherNumberOfPagesIsAContradictionForEachPair() {
    assertThat(contradictions(capture(Map.of(1, 2)), compared(1, 3, 0)))
        .containsExactlyInAnyOrder(
            "name, checkpoint 1: 3 pages differ between PVM and CACHE, known is 2",
            "name, checkpoint 1: 3 pages differ between PVM and SVM, known is 2");
  }

  @Test
  void aCacheThatIsNotFlushedIsAContradiction() {
    assertThat(contradictions(capture(Map.of(1, 2)), compared(1, 2, 1)))
        .containsExactly("name, checkpoint 1: 1 pages differ between CACHE and SVM, known is 0");
  }

  @Test
  void anotherOutcomeIsAContradiction() {
    assertThat(contradictions(capture(Map.of(1, 0)), compared(1, 2, 0)))
        .contains("name: DIVERGED, known is IN_STEP");
    assertThat(contradictions(capture(Map.of(1, 2)), compared(1, 0, 0)))
        .contains("name: IN_STEP, known is DIVERGED");
  }

  @Test
  void aMissingObservationIsAContradiction() {
    assertThat(contradictions(capture(Map.of(1, 0, 2, 0)), compared(1, 0, 0)))
        .containsExactly("name: the PVM is observed at checkpoints [1], known is [1, 2]");
  }

  private static List<String> contradictions(BundledCapture capture, CheckpointVerdict verdict) {
    return KnownVerdict.contradictions(capture, Verdicts.named("name", List.of(verdict)));
  }

  private static BundledCapture capture(Map<Integer, Integer> differing) {
    return new BundledCapture(
        "name", "10.0", "kvm", List.of(), MemoryPair.PVM_CACHE, new TreeMap<>(differing));
  }

  private static CheckpointVerdict compared(int checkpoint, int lost, int notFlushed) {
    Map<MemoryPair, PageSet> differing = new EnumMap<>(MemoryPair.class);
    put(differing, MemoryPair.PVM_CACHE, lost);
    put(differing, MemoryPair.PVM_SVM, lost);
    put(differing, MemoryPair.CACHE_SVM, notFlushed);
    Map<Memory, Source> sources =
        Map.of(Memory.PVM, Source.OBSERVED, Memory.CACHE, Source.MODEL, Memory.SVM, Source.MODEL);
    BlockComparison block = new BlockComparison("ram", 4096, 16, 0, false, sources, differing);
    return new Compared(checkpoint, 1, 1, List.of(block), List.of());
  }

  private static void put(Map<MemoryPair, PageSet> differing, MemoryPair pair, int pages) {
    if (pages > 0) {
      BitSet set = new BitSet();
      set.set(0, pages);
      differing.put(pair, PageSet.of(set));
    }
  }
}
