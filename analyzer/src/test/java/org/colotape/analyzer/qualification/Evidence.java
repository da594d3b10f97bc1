package org.colotape.analyzer.qualification;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.colotape.analyzer.diagnosis.Cause;
import org.colotape.analyzer.diagnosis.Diagnosis;
import org.colotape.analyzer.diagnosis.Fault;
import org.colotape.analyzer.diff.BlockComparison;
import org.colotape.analyzer.diff.MemoryPair;
import org.colotape.analyzer.diff.PageSet;
import org.colotape.analyzer.diff.Source;
import org.colotape.analyzer.verdict.CheckpointVerdict;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;
import org.colotape.analyzer.verdict.CheckpointVerdict.NotCompared;
import org.colotape.analyzer.verdict.CheckpointVerdict.Reason;
import org.colotape.analyzer.verdict.Doubt;
import org.colotape.analyzer.verdict.RecordingVerdict;
import org.colotape.analyzer.verdict.Remark;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.MigrationEnd;

/** Analyses made by hand, of the recordings of cases. */
final class Evidence {
  private static final int PAGES = 4096;

  private final List<CheckpointVerdict> checkpoints = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();
  private final List<Remark> remarks = new ArrayList<>();
  private final List<Doubt> doubts = new ArrayList<>();

  Evidence() {
    checkpoint(Map.of(), PAGES, Map.of());
  }

  /** All is seen at so many checkpoints, and the guest has dirtied pages before each. */
  static Evidence observed(int count) {
    return observed(count, 7);
  }

  /** All is seen at so many checkpoints, before each of which so many pages were dirtied. */
  static Evidence observed(int count, int dirtied) {
    Evidence evidence = new Evidence();
    for (int i = 0; i < count; i++) {
      evidence.checkpoint(
          Map.of(
              Memory.PVM, Source.OBSERVED,
              Memory.CACHE, Source.OBSERVED,
              Memory.SVM, Source.PARTLY_OBSERVED),
          dirtied,
          Map.of());
    }
    return evidence;
  }

  /** A checkpoint at which some memories were seen. */
  Evidence seen(Memory... memories) {
    Map<Memory, Source> sources = new EnumMap<>(Memory.class);
    for (Memory memory : memories) {
      sources.put(memory, Source.OBSERVED);
    }
    return checkpoint(sources, 7, Map.of());
  }

  /** A checkpoint at which the PVM had three pages that did not arrive. */
  Evidence lost() {
    return differs(
        MemoryPair.PVM_CACHE, Cause.LOST_DIRTY_BIT, Fault.Confidence.POSSIBLE, "were not sent");
  }

  /** A checkpoint at which the SVM has three pages that are not the cache's. */
  Evidence svmDiffers(Cause cause, Fault.Confidence confidence) {
    return differs(MemoryPair.CACHE_SVM, cause, confidence, "are others");
  }

  private Evidence differs(MemoryPair pair, Cause cause, Fault.Confidence confidence, String what) {
    BitSet three = new BitSet();
    three.set(2, 5);
    PageSet pages = PageSet.of(three);
    checkpoint(
        Map.of(
            Memory.PVM, Source.OBSERVED,
            Memory.CACHE, Source.OBSERVED,
            Memory.SVM, Source.OBSERVED),
        7,
        Map.of(pair, pages));
    SequencedMap<String, PageSet> of = new LinkedHashMap<>();
    of.put("ram", pages);
    faults.add(
        new Fault(cause, checkpoints.size() - 1, -1, of, List.of(), confidence, "3 pages " + what));
    return this;
  }

  /** A checkpoint that is not compared. */
  Evidence cut() {
    checkpoints.add(new NotCompared(checkpoints.size(), 1, 1, Reason.INCOMPLETE));
    return this;
  }

  /** Whoever observes notes that a memory could not be read at a checkpoint. */
  Evidence missed(Memory memory, int checkpoint) {
    remarks.add(new Remark.Missed(memory, "ram", checkpoint, 1, "no time"));
    return this;
  }

  /** The analysis has a doubt. */
  Evidence doubt(Doubt.Reason reason) {
    return doubt(reason, -1);
  }

  Evidence doubt(Doubt.Reason reason, int checkpoint) {
    doubts.add(new Doubt(reason, "doubt of " + reason, checkpoint));
    return this;
  }

  /** Bytes of a checkpoint could not be parsed. */
  Evidence unparsed(int checkpoint) {
    remarks.add(
        new Remark.Unparsed(0, Direction.PVM_TO_SVM, checkpoint, 9, 90, 10, "cut", "ram section"));
    return doubt(Doubt.Reason.NOT_PARSED);
  }

  Diagnosis diagnosis() {
    return new Diagnosis(
        new RecordingVerdict(
            "case",
            RuleSet.QEMU,
            List.copyOf(checkpoints),
            null,
            new MigrationEnd(),
            List.copyOf(remarks),
            List.copyOf(doubts)),
        List.copyOf(faults));
  }

  private Evidence checkpoint(
      Map<Memory, Source> observed, int dirtied, Map<MemoryPair, PageSet> differing) {
    Map<Memory, Source> sources = new EnumMap<>(Memory.class);
    for (Memory memory : List.of(Memory.PVM, Memory.CACHE, Memory.SVM)) {
      sources.put(memory, observed.getOrDefault(memory, Source.MODEL));
    }
    checkpoints.add(
        new Compared(
            checkpoints.size(),
            dirtied,
            dirtied,
            List.of(new BlockComparison("ram", 4096, PAGES, PAGES, true, sources, differing)),
            List.of()));
    return this;
  }
}
