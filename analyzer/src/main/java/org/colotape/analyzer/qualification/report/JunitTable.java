package org.colotape.analyzer.qualification.report;

import java.io.Writer;
import java.time.Duration;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.colotape.analyzer.qualification.CaseResult;
import org.colotape.analyzer.qualification.CaseResult.Kind;
import org.colotape.analyzer.qualification.Cell;
import org.colotape.analyzer.qualification.Table;

/**
 * The table as build servers read test results: a test for each case. One that is wrong is a
 * failure, one that is undecided an error, and what QEMU refuses was skipped.
 */
public final class JunitTable {
  private final XMLStreamWriter xml;

  private JunitTable(XMLStreamWriter xml) {
    this.xml = xml;
  }

  /**
   * Writes the report.
   *
   * @throws XMLStreamException if the writer fails
   */
  public static void write(Table table, Writer out) throws XMLStreamException {
    XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out);
    new JunitTable(xml).write(table);
    xml.close();
  }

  private void write(Table table) throws XMLStreamException {
    xml.writeStartDocument("UTF-8", "1.0");
    xml.writeStartElement("testsuite");
    attribute("name", "colotape qualify: " + table.subject());
    attribute("tests", String.valueOf(table.cells().size()));
    attribute("failures", String.valueOf(table.count(Kind.WRONG)));
    attribute("errors", String.valueOf(table.count(Kind.UNDECIDED)));
    attribute("skipped", String.valueOf(table.count(Kind.REFUSED)));
    attribute(
        "time",
        seconds(table.cells().stream().map(Cell::time).reduce(Duration.ZERO, Duration::plus)));
    for (Cell cell : table.cells()) {
      write(cell);
    }
    xml.writeEndElement();
    xml.writeEndDocument();
  }

  private void write(Cell cell) throws XMLStreamException {
    xml.writeStartElement("testcase");
    attribute("classname", cell.of().configuration().toString().replace('/', '.'));
    attribute("name", cell.of().course().name());
    attribute("time", seconds(cell.time()));
    switch (cell.result().kind()) {
      case RIGHT -> {
        // nothing is to be said of it
      }
      case WRONG -> result("failure", cell.result());
      case UNDECIDED -> result("error", cell.result());
      case REFUSED -> result("skipped", cell.result());
    }
    xml.writeEndElement();
  }

  private void result(String element, CaseResult result) throws XMLStreamException {
    xml.writeStartElement(element);
    attribute("message", result.headline());
    xml.writeCharacters(allowed(String.join("\n", result.details())));
    xml.writeEndElement();
  }

  private void attribute(String name, String value) throws XMLStreamException {
    xml.writeAttribute(name, allowed(value));
  }

  /** QEMU may say what XML has no character for. */
  private static String allowed(String text) {
    return text.replaceAll("[^\\t\\n\\r -\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]", "?");
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.3f", time.toMillis() / 1e3);
  }
}
