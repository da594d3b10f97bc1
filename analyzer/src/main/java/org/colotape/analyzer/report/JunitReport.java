package org.colotape.analyzer.report;

import java.io.Writer;
import java.util.List;
import javax.xml.stream.XMLStreamException;
import org.colotape.analyzer.diagnosis.Diagnosis;
import org.colotape.analyzer.diagnosis.Fault;
import org.colotape.analyzer.verdict.CheckpointVerdict;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;
import org.colotape.analyzer.verdict.CheckpointVerdict.NotCompared;
import org.colotape.analyzer.verdict.Doubt;
import org.colotape.analyzer.verdict.RecordingVerdict;

/**
 * A verdict as build servers read test results: the recording is a suite, each checkpoint a test.
 * One that diverged is a failure, with what went wrong; one that could not be compared is an error,
 * and was skipped only if nothing of it was ever sent. What makes the recording undecided as a
 * whole is an error of a test of its own.
 */
public final class JunitReport {
  private final Diagnosis diagnosis;
  private final XmlText xml;

  private JunitReport(Diagnosis diagnosis, XmlText xml) {
    this.diagnosis = diagnosis;
    this.xml = xml;
  }

  /**
   * Writes the report.
   *
   * @throws XMLStreamException if the writer fails
   */
  public static void write(Diagnosis diagnosis, Writer out) throws XMLStreamException {
    XmlText xml = XmlText.begin(out);
    new JunitReport(diagnosis, xml).write();
    xml.finish();
  }

  private void write() throws XMLStreamException {
    RecordingVerdict verdict = diagnosis.verdict();
    List<String> doubts = undecided(verdict);
    xml.element("testsuite");
    xml.attribute("name", verdict.recording());
    count("tests", verdict.checkpoints().size() + (doubts.isEmpty() ? 0 : 1));
    count("failures", verdict.checkpoints().stream().filter(CheckpointVerdict::diverged).count());
    long unknown = verdict.notCompared().stream().filter(n -> n.reason().isDoubt()).count();
    count("errors", unknown + (doubts.isEmpty() ? 0 : 1));
    count("skipped", verdict.notCompared().size() - unknown);
    for (CheckpointVerdict checkpoint : verdict.checkpoints()) {
      begin("checkpoint " + checkpoint.checkpoint());
      switch (checkpoint) {
        case Compared compared -> compared(compared);
        case NotCompared other ->
            result(
                other.reason().isDoubt() ? "error" : "skipped",
                "not compared: " + other.reason().text(),
                "");
      }
      xml.end();
    }
    if (!doubts.isEmpty()) {
      begin("the whole recording");
      result("error", Summary.of(verdict), String.join("\n", doubts));
      xml.end();
    }
    xml.end();
  }

  private static List<String> undecided(RecordingVerdict verdict) {
    return switch (verdict.outcome()) {
      case UNDECIDED -> verdict.doubts().stream().map(Doubt::text).toList();
      case IN_STEP, DIVERGED -> List.of();
    };
  }

  private void compared(Compared checkpoint) throws XMLStreamException {
    if (checkpoint.diverged()) {
      List<Fault> faults =
          diagnosis.faults().stream()
              .filter(fault -> fault.checkpoint() <= checkpoint.checkpoint())
              .toList();
      result(
          "failure",
          checkpoint.pagesDiffering() + " pages differ",
          String.join("\n", FaultLines.of(faults)));
    }
  }

  private void begin(String name) throws XMLStreamException {
    xml.element("testcase");
    xml.attribute("classname", diagnosis.verdict().recording());
    xml.attribute("name", name);
  }

  private void result(String kind, String message, String text) throws XMLStreamException {
    xml.element(kind);
    xml.attribute("message", message);
    xml.text(text);
    xml.end();
  }

  private void count(String name, long number) throws XMLStreamException {
    xml.attribute(name, String.valueOf(number));
  }
}
