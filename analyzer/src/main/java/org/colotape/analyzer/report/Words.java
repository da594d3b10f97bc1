package org.colotape.analyzer.report;

import java.util.ArrayList;
import java.util.List;
import org.colotape.analyzer.diff.MemoryPair;
import org.colotape.analyzer.diff.Source;
import org.colotape.analyzer.verdict.RecordingVerdict;
import org.colotape.replayer.memory.PageWriter;
import org.colotape.schema.event.Memory;

/** How the words of a verdict are written in every report. */
final class Words {
  private Words() {}

  static String memory(Memory memory) {
    return switch (memory) {
      case PVM -> "PVM";
      case SVM -> "SVM";
      case CACHE -> "cache";
      case UNKNOWN -> "unknown memory";
    };
  }

  /** The PVM's model is just what it sent; that of the others takes a replay. */
  static String source(Memory memory, Source source) {
    return switch (source) {
      case OBSERVED -> "observed";
      case PARTLY_OBSERVED -> "partly observed";
      case MODEL -> memory == Memory.PVM ? "streamed" : "replayed";
    };
  }

  static String memory(Memory memory, Source source) {
    return memory(memory) + " (" + source(memory, source) + ")";
  }

  static String pair(MemoryPair pair) {
    return memory(pair.left()) + "/" + memory(pair.right());
  }

  static String pages(long count) {
    return count == 1 ? "1 page" : count + " pages";
  }

  /** Numbers in ascending order, runs of three and more squashed: {@code 0..2, 5, 6}. */
  static String numbers(List<Integer> numbers) {
    List<String> runs = new ArrayList<>();
    for (int i = 0; i < numbers.size(); ) {
      int j = i;
      while (j + 1 < numbers.size() && numbers.get(j + 1) == numbers.get(j) + 1) {
        j++;
      }
      if (j - i < 2) {
        runs.add(numbers.get(i).toString());
        i++;
      } else {
        runs.add(numbers.get(i) + ".." + numbers.get(j));
        i = j + 1;
      }
    }
    return String.join(", ", runs);
  }

  static String writer(PageWriter writer) {
    return writer.streamOffset() < 0
        ? "event seq %d, which is not on the wire, checkpoint %d"
            .formatted(writer.seq(), writer.checkpoint())
        : "event seq %d at stream offset 0x%x, checkpoint %d"
            .formatted(writer.seq(), writer.streamOffset(), writer.checkpoint());
  }

  /** What else there is to know of a recording. */
  static List<String> remarks(RecordingVerdict verdict) {
    List<String> texts = new ArrayList<>();
    if (verdict.loadError() != null) {
      texts.add("the replay ended with an error: " + verdict.loadError());
    }
    verdict.remarks().forEach(remark -> texts.add(remark.text()));
    return texts;
  }
}
