package org.colotape.analyzer.report.html;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import org.colotape.analyzer.chronicle.Chronicle;
import org.colotape.analyzer.diagnosis.Diagnosis;
import org.colotape.analyzer.report.JsonReport;
import org.colotape.analyzer.report.Summary;
import org.colotape.analyzer.verdict.RecordingVerdict;
import org.colotape.analyzer.verdict.Remark;

/**
 * What the page knows, as JSON for its scripts: {@code recording.js} reads what is written here. It
 * is no interface; {@code --json} is.
 */
final class PageModel {
  private final Diagnosis diagnosis;
  private final Chronicle chronicle;
  private final String argument;
  private final Blocks blocks;

  PageModel(Diagnosis diagnosis, Chronicle chronicle, String argument) {
    this.diagnosis = diagnosis;
    this.chronicle = chronicle;
    this.argument = argument;
    this.blocks = Blocks.of(diagnosis.verdict(), chronicle);
  }

  void write(JsonGenerator json) throws IOException {
    RecordingVerdict verdict = diagnosis.verdict();
    json.writeStartObject();
    json.writeStringField("recording", verdict.recording());
    json.writeStringField("argument", argument);
    json.writeStringField("rules", verdict.rules().name());
    json.writeStringField("outcome", JsonReport.name(verdict.outcome()));
    json.writeStringField("summary", Summary.of(verdict));
    json.writeStringField("recorder", chronicle.recorder());
    json.writeBooleanField("timed", chronicle.timed());
    strings(json, "sources", chronicle.sources());
    strings(json, "remarks", verdict.remarks().stream().map(Remark::text).toList());
    blocks.write(json);
    new CheckpointsModel(verdict, chronicle, blocks).write(json);
    new FindingsModel(diagnosis.faults(), blocks).write(json);
    json.writeEndObject();
  }

  static void strings(JsonGenerator json, String field, Iterable<String> texts) throws IOException {
    json.writeArrayFieldStart(field);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }
}
