package org.colotape.analyzer.qualification.report;

import java.io.Writer;
import java.time.Duration;
import java.util.Locale;
import javax.xml.stream.XMLStreamException;
import org.colotape.analyzer.qualification.CaseResult;
import org.colotape.analyzer.qualification.CaseResult.Kind;
import org.colotape.analyzer.qualification.Cell;
import org.colotape.analyzer.qualification.Table;
import org.colotape.analyzer.report.XmlText;

/**
 * The table as build servers read test results: a test for each case. One that is wrong is a
 * failure, one that is undecided an error, and what QEMU refuses was skipped.
 */
public final class JunitTable {
  private final XmlText xml;

  private JunitTable(XmlText xml) {
    this.xml = xml;
  }

  /**
   * Writes the report.
   *
   * @throws XMLStreamException if the writer fails
   */
  public static void write(Table table, Writer out) throws XMLStreamException {
    XmlText xml = XmlText.begin(out);
    new JunitTable(xml).write(table);
    xml.finish();
  }

  private void write(Table table) throws XMLStreamException {
    xml.element("testsuite");
    xml.attribute("name", "colotape qualify: " + table.subject());
    xml.attribute("tests", String.valueOf(table.cells().size()));
    xml.attribute("failures", String.valueOf(table.count(Kind.WRONG)));
    xml.attribute("errors", String.valueOf(table.count(Kind.UNDECIDED)));
    xml.attribute("skipped", String.valueOf(table.count(Kind.REFUSED)));
    xml.attribute(
        "time",
        seconds(table.cells().stream().map(Cell::time).reduce(Duration.ZERO, Duration::plus)));
    for (Cell cell : table.cells()) {
      write(cell);
    }
    xml.end();
  }

  private void write(Cell cell) throws XMLStreamException {
    xml.element("testcase");
    xml.attribute("classname", cell.of().configuration().toString().replace('/', '.'));
    xml.attribute("name", cell.of().course().name());
    xml.attribute("time", seconds(cell.time()));
    switch (cell.result().kind()) {
      case RIGHT -> {
        // nothing is to be said of it
      }
      case WRONG -> result("failure", cell.result());
      case UNDECIDED -> result("error", cell.result());
      case REFUSED -> result("skipped", cell.result());
    }
    xml.end();
  }

  private void result(String element, CaseResult result) throws XMLStreamException {
    xml.element(element);
    xml.attribute("message", result.headline());
    xml.text(String.join("\n", result.details()));
    xml.end();
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.3f", time.toMillis() / 1e3);
  }
}
