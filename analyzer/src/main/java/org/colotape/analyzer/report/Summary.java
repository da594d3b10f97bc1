package org.colotape.analyzer.report;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.colotape.analyzer.diff.BlockComparison;
import org.colotape.analyzer.diff.MemoryPair;
import org.colotape.analyzer.diff.PageSet;
import org.colotape.analyzer.diff.Source;
import org.colotape.analyzer.verdict.CheckpointVerdict;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;
import org.colotape.analyzer.verdict.Doubt;
import org.colotape.analyzer.verdict.RecordingVerdict;
import org.colotape.schema.event.Memory;

/** A verdict in one sentence. */
public final class Summary {
  /** Doubts that the sentence names. */
  private static final int DOUBTS = 2;

  private Summary() {}

  /** The whole recording's verdict. */
  public static String of(RecordingVerdict verdict) {
    return switch (verdict.outcome()) {
      case DIVERGED -> diverged(verdict.firstDivergent().orElseThrow());
      case IN_STEP -> inStep(verdict);
      case UNDECIDED -> undecided(verdict);
    };
  }

  private static String inStep(RecordingVerdict verdict) {
    return switch (verdict.basis()) {
      case OBSERVED -> "in step: " + agreement(verdict);
      case CONFIRMED ->
          "in step as far as the stream tells: "
              + agreement(verdict)
              + "; no memory was observed, so the PVM's is what it sent";
      case STREAM ->
          "consistent in itself: "
              + agreement(verdict)
              + "; nothing to compare it with: no memory was observed, and "
              + verdict.migration().getReason();
    };
  }

  private static String undecided(RecordingVerdict verdict) {
    List<Doubt> doubts = verdict.doubts();
    return "undecided: "
        + doubts.stream().limit(DOUBTS).map(Doubt::text).collect(Collectors.joining("; "))
        + (doubts.size() > DOUBTS ? "; and %d doubts more".formatted(doubts.size() - DOUBTS) : "")
        + (verdict.compared().isEmpty() ? "" : "; what was compared: " + agreement(verdict));
  }

  private static String diverged(Compared checkpoint) {
    StringBuilder text =
        new StringBuilder("diverged at checkpoint " + checkpoint.checkpoint() + ": ");
    Map<String, PageSet> first = Map.of();
    for (MemoryPair pair : MemoryPair.values()) {
      List<BlockComparison> blocks =
          checkpoint.blocks().stream().filter(b -> b.differing().containsKey(pair)).toList();
      if (blocks.isEmpty()) {
        continue;
      }
      Map<String, PageSet> pages =
          blocks.stream().collect(Collectors.toMap(BlockComparison::block, b -> b.differing(pair)));
      String memories =
          " between "
              + Words.memory(pair.left(), BlockComparison.source(blocks, pair.left()))
              + " and "
              + Words.memory(pair.right(), BlockComparison.source(blocks, pair.right()));
      if (first.isEmpty()) {
        boolean one = pages.size() == 1 && blocks.getFirst().differing(pair).size() == 1;
        text.append(pagesOf(blocks, pair)).append(one ? " differs" : " differ").append(memories);
        first = pages;
      } else if (pages.equals(first)) {
        text.append(", the same").append(memories);
      } else {
        text.append("; ").append(pagesOf(blocks, pair)).append(memories);
      }
    }
    return text.toString();
  }

  private static String pagesOf(List<BlockComparison> blocks, MemoryPair pair) {
    return blocks.stream()
        .map(block -> Words.pages(block.differing(pair).size()) + " of " + block.block())
        .collect(Collectors.joining(" and "));
  }

  private static String agreement(RecordingVerdict verdict) {
    List<Compared> compared = verdict.compared();
    Set<Memory> memories = EnumSet.noneOf(Memory.class);
    Map<Memory, List<Integer>> observed = new TreeMap<>();
    for (Compared checkpoint : compared) {
      for (BlockComparison block : checkpoint.blocks()) {
        memories.addAll(block.sources().keySet());
      }
      for (Memory memory : Memory.values()) {
        if (checkpoint.blocks().stream()
            .anyMatch(b -> b.sources().getOrDefault(memory, Source.MODEL) != Source.MODEL)) {
          observed.computeIfAbsent(memory, m -> new ArrayList<>()).add(checkpoint.checkpoint());
        }
      }
    }
    String seen =
        observed.entrySet().stream()
            .map(e -> Words.memory(e.getKey()) + " observed at " + Words.numbers(e.getValue()))
            .collect(Collectors.joining(", "));
    List<Integer> numbers = compared.stream().map(CheckpointVerdict::checkpoint).toList();
    return memories(memories)
        + (numbers.size() == 1 ? " agree at checkpoint " : " agree at checkpoints ")
        + Words.numbers(numbers)
        + (seen.isEmpty() ? "" : " (" + seen + ")");
  }

  private static String memories(Set<Memory> memories) {
    List<String> names = new ArrayList<>();
    for (Memory memory : List.of(Memory.PVM, Memory.CACHE, Memory.SVM)) {
      if (memories.contains(memory)) {
        names.add(Words.memory(memory));
      }
    }
    return names.isEmpty()
        ? "the memories"
        : String.join(", ", names.subList(0, names.size() - 1)) + " and " + names.getLast();
  }
}
