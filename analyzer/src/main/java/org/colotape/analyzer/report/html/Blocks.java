package org.colotape.analyzer.report.html;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.colotape.analyzer.chronicle.Chapter;
import org.colotape.analyzer.chronicle.Chronicle;
import org.colotape.analyzer.diff.BlockComparison;
import org.colotape.analyzer.diff.PageRange;
import org.colotape.analyzer.diff.PageSet;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;
import org.colotape.analyzer.verdict.RecordingVerdict;

/** The RAM blocks that the page shows, and page sets as flat arrays over them. */
final class Blocks {
  private static final int USUAL_PAGE = 4096;

  private final SequencedMap<String, Integer> pages;
  private final Map<String, Integer> pageSizes;
  private final List<String> names;

  private Blocks(SequencedMap<String, Integer> pages, Map<String, Integer> pageSizes) {
    this.pages = pages;
    this.pageSizes = pageSizes;
    this.names = new ArrayList<>(pages.keySet());
  }

  /** Those of the block list, and those that came without one. */
  static Blocks of(RecordingVerdict verdict, Chronicle chronicle) {
    SequencedMap<String, Integer> pages = new LinkedHashMap<>(chronicle.blocks());
    Map<String, Integer> pageSizes = new LinkedHashMap<>();
    for (Compared checkpoint : verdict.compared()) {
      for (BlockComparison block : checkpoint.blocks()) {
        pages.merge(block.block(), block.pages(), Math::max);
        pageSizes.put(block.block(), block.pageSize());
      }
    }
    for (Chapter chapter : chronicle.chapters()) {
      chapter
          .written()
          .forEach((block, set) -> {
            // a damaged stream's pages may lie anywhere: blocks of the list keep their size
            if (!set.isEmpty() && !pages.containsKey(block)) {
              pages.put(block, set.ranges().getLast().to());
            }
          });
    }
    return new Blocks(pages, pageSizes);
  }

  void write(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("blocks");
    for (var block : pages.entrySet()) {
      json.writeStartObject();
      json.writeStringField("name", block.getKey());
      json.writeNumberField("pages", block.getValue());
      json.writeNumberField("pageSize", pageSizes.getOrDefault(block.getKey(), USUAL_PAGE));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** The index of a block; -1 if it is not shown. */
  int index(String block) {
    return names.indexOf(block);
  }

  /**
   * Page sets: by block the runs, each as the distance from the end of the one before, and its
   * length. Blocks behind the last one that has pages are left out.
   */
  void writeRuns(JsonGenerator json, String field, Map<String, PageSet> sets) throws IOException {
    json.writeArrayFieldStart(field);
    int last = sets.keySet().stream().mapToInt(this::index).max().orElse(-1);
    for (int i = 0; i <= last; i++) {
      json.writeStartArray();
      int at = 0;
      for (PageRange run : sets.getOrDefault(names.get(i), PageSet.EMPTY).ranges()) {
        json.writeNumber(run.from() - at);
        json.writeNumber(run.size());
        at = run.to();
      }
      json.writeEndArray();
    }
    json.writeEndArray();
  }
}
