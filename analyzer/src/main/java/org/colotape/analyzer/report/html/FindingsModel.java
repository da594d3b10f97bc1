package org.colotape.analyzer.report.html;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import org.colotape.analyzer.diagnosis.Fault;
import org.colotape.analyzer.diagnosis.Specimen;
import org.colotape.analyzer.report.JsonReport;

/** The findings in the page's JSON. */
final class FindingsModel {
  private final List<Fault> faults;
  private final Blocks blocks;

  FindingsModel(List<Fault> faults, Blocks blocks) {
    this.faults = faults;
    this.blocks = blocks;
  }

  void write(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("findings");
    for (Fault fault : faults) {
      json.writeStartObject();
      json.writeStringField("cause", fault.cause().text());
      json.writeStringField("oracle", fault.cause().oracle());
      json.writeNumberField("checkpoint", fault.checkpoint());
      json.writeStringField("confidence", JsonReport.name(fault.confidence()));
      json.writeStringField("text", fault.text());
      json.writeNumberField("size", fault.size());
      blocks.writeRuns(json, "pages", fault.pages());
      json.writeArrayFieldStart("events");
      for (long event : fault.events()) {
        json.writeNumber(event);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("specimens");
      for (Specimen specimen : fault.specimens()) {
        specimen(json, specimen);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void specimen(JsonGenerator json, Specimen specimen) throws IOException {
    json.writeStartObject();
    json.writeNumberField("block", blocks.index(specimen.block()));
    json.writeNumberField("page", specimen.page());
    for (var memory : specimen.contents().entrySet()) {
      json.writeBinaryField(JsonReport.name(memory.getKey()), memory.getValue().toArray());
    }
    json.writeEndObject();
  }
}
