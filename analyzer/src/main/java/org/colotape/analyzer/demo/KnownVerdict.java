package org.colotape.analyzer.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.colotape.analyzer.diff.BlockComparison;
import org.colotape.analyzer.diff.MemoryPair;
import org.colotape.analyzer.diff.Source;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;
import org.colotape.analyzer.verdict.Outcome;
import org.colotape.analyzer.verdict.RecordingVerdict;
import org.colotape.schema.event.Memory;

/** Compares a verdict with what is known of a bundled capture. */
final class KnownVerdict {
  private KnownVerdict() {}

  /** What is not as known, a line each. */
  static List<String> contradictions(BundledCapture capture, RecordingVerdict verdict) {
    List<String> all = new ArrayList<>();
    Outcome expected = capture.isFaulty() ? Outcome.DIVERGED : Outcome.IN_STEP;
    if (verdict.outcome() != expected) {
      all.add(capture.name() + ": " + verdict.outcome() + ", known is " + expected);
    }
    List<Integer> observed =
        verdict.compared().stream()
            .filter(KnownVerdict::isObserved)
            .map(Compared::checkpoint)
            .toList();
    if (!observed.equals(List.copyOf(capture.differing().keySet()))) {
      all.add(
          String.format(
              "%s: the PVM is observed at checkpoints %s, known is %s",
              capture.name(), observed, capture.differing().keySet()));
    }
    for (Compared checkpoint : verdict.compared()) {
      int known = capture.differing().getOrDefault(checkpoint.checkpoint(), 0);
      Map<MemoryPair, Integer> pages =
          Map.of(
              MemoryPair.PVM_CACHE,
              capture.between() == MemoryPair.PVM_CACHE ? known : 0,
              MemoryPair.CACHE_SVM,
              capture.between() == MemoryPair.CACHE_SVM ? known : 0,
              MemoryPair.PVM_SVM,
              known);
      pages.forEach((pair, count) -> {
        int found =
            checkpoint.blocks().stream().mapToInt(block -> block.differing(pair).size()).sum();
        if (found != count) {
          all.add(
              String.format(
                  "%s, checkpoint %d: %d pages differ between %s and %s, known is %d",
                  capture.name(),
                  checkpoint.checkpoint(),
                  found,
                  pair.left(),
                  pair.right(),
                  count));
        }
      });
    }
    return all;
  }

  private static boolean isObserved(Compared checkpoint) {
    return checkpoint.blocks().stream()
        .map(BlockComparison::sources)
        .anyMatch(sources -> sources.get(Memory.PVM) == Source.OBSERVED);
  }
}
