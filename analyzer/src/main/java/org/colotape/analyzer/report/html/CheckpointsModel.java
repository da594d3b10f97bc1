package org.colotape.analyzer.report.html;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.colotape.analyzer.chronicle.Chapter;
import org.colotape.analyzer.chronicle.Chronicle;
import org.colotape.analyzer.chronicle.Step;
import org.colotape.analyzer.diff.BlockComparison;
import org.colotape.analyzer.diff.MemoryPair;
import org.colotape.analyzer.diff.PageSet;
import org.colotape.analyzer.diff.Source;
import org.colotape.analyzer.report.JsonReport;
import org.colotape.analyzer.verdict.CheckpointVerdict;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;
import org.colotape.analyzer.verdict.CheckpointVerdict.NotCompared;
import org.colotape.analyzer.verdict.RecordingVerdict;
import org.colotape.schema.event.Memory;

/** The checkpoints in the page's JSON. */
final class CheckpointsModel {
  private static final int NANOS_PER_MICRO = 1000;

  private final RecordingVerdict verdict;
  private final Chronicle chronicle;
  private final Blocks blocks;
  private Map<MemoryPair, Map<String, PageSet>> differing = Map.of();

  CheckpointsModel(RecordingVerdict verdict, Chronicle chronicle, Blocks blocks) {
    this.verdict = verdict;
    this.chronicle = chronicle;
    this.blocks = blocks;
  }

  void write(JsonGenerator json) throws IOException {
    Map<Integer, CheckpointVerdict> verdicts = new HashMap<>();
    verdict.checkpoints().forEach(v -> verdicts.put(v.checkpoint(), v));
    json.writeArrayFieldStart("checkpoints");
    for (Chapter chapter : chronicle.chapters()) {
      CheckpointVerdict of = verdicts.get(chapter.checkpoint());
      if (of == null) {
        continue; // behind the checkpoint at which the analysis was to stop
      }
      json.writeStartObject();
      course(json, chapter);
      switch (of) {
        case NotCompared skipped ->
            json.writeStringField("notCompared", JsonReport.name(skipped.reason()));
        case Compared compared -> compared(json, compared);
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void course(JsonGenerator json, Chapter chapter) throws IOException {
    json.writeNumberField("checkpoint", chapter.checkpoint());
    json.writeBooleanField("whole", chapter.whole());
    if (chapter.pause() >= 0) {
      json.writeNumberField("pause", micros(chapter.pause()));
    }
    json.writeNumberField("toSvm", chapter.bytesToSvm());
    json.writeNumberField("toPvm", chapter.bytesToPvm());
    json.writeObjectFieldStart("encodings");
    for (var encoding : new TreeMap<>(chapter.encodings()).entrySet()) {
      json.writeNumberField(encoding.getKey().name(), encoding.getValue());
    }
    json.writeEndObject();
    blocks.writeRuns(json, "sent", chapter.written());
    json.writeArrayFieldStart("steps");
    for (Step step : chapter.steps()) {
      step(json, step, chapter.begin());
    }
    json.writeEndArray();
    json.writeNumberField("furtherSteps", chapter.further());
  }

  private static void step(JsonGenerator json, Step step, long begin) throws IOException {
    json.writeStartObject();
    json.writeStringField("sort", JsonReport.name(step.sort()));
    json.writeStringField("direction", JsonReport.name(step.direction()));
    json.writeStringField("name", step.name());
    json.writeStringField("text", step.text());
    json.writeNumberField("first", step.firstSeq());
    json.writeNumberField("last", step.lastSeq());
    json.writeNumberField("bytes", step.bytes());
    json.writeNumberField("at", micros(step.time() - begin));
    json.writeEndObject();
  }

  private void compared(JsonGenerator json, Compared checkpoint) throws IOException {
    json.writeNumberField("pagesCompared", checkpoint.pagesCompared());
    json.writeObjectFieldStart("sources");
    Set<Memory> memories = EnumSet.noneOf(Memory.class);
    checkpoint.blocks().forEach(block -> memories.addAll(block.sources().keySet()));
    for (Memory memory : memories) {
      Source source = BlockComparison.source(checkpoint.blocks(), memory);
      json.writeStringField(JsonReport.name(memory), JsonReport.name(source));
    }
    json.writeEndObject();
    json.writeNumberField("pagesDiffering", checkpoint.pagesDiffering());
    Map<MemoryPair, Map<String, PageSet>> now = differing(checkpoint);
    // a page that diverges stays so for long: said once
    if (!now.equals(differing)) {
      differing = now;
      json.writeObjectFieldStart("differing");
      for (var pair : now.entrySet()) {
        blocks.writeRuns(json, JsonReport.name(pair.getKey()), pair.getValue());
      }
      json.writeEndObject();
    }
  }

  private static Map<MemoryPair, Map<String, PageSet>> differing(Compared checkpoint) {
    Map<MemoryPair, Map<String, PageSet>> pairs = new EnumMap<>(MemoryPair.class);
    for (BlockComparison block : checkpoint.blocks()) {
      block
          .differing()
          .forEach((pair, pages) -> {
            if (!pages.isEmpty()) {
              pairs.computeIfAbsent(pair, _ -> new LinkedHashMap<>()).put(block.block(), pages);
            }
          });
    }
    return pairs;
  }

  private static long micros(long nanos) {
    return Math.max(0, nanos) / NANOS_PER_MICRO;
  }
}
