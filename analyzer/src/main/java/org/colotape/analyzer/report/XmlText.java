package org.colotape.analyzer.report;

import java.io.Writer;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes XML that is well-formed whatever its texts are: what XML has no character for becomes '?'.
 */
public final class XmlText {
  private final XMLStreamWriter xml;

  private XmlText(XMLStreamWriter xml) {
    this.xml = xml;
  }

  /**
   * Begins a document.
   *
   * @throws XMLStreamException if the writer fails
   */
  public static XmlText begin(Writer out) throws XMLStreamException {
    XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out);
    xml.writeStartDocument("UTF-8", "1.0");
    return new XmlText(xml);
  }

  /** Begins an element. */
  public void element(String name) throws XMLStreamException {
    xml.writeStartElement(name);
  }

  /** Gives the element that was just begun an attribute. */
  public void attribute(String name, String value) throws XMLStreamException {
    xml.writeAttribute(name, allowed(value));
  }

  /** Adds text to the element. */
  public void text(String text) throws XMLStreamException {
    xml.writeCharacters(allowed(text));
  }

  /** Ends the element. */
  public void end() throws XMLStreamException {
    xml.writeEndElement();
  }

  /** Ends the document; the writer stays open. */
  public void finish() throws XMLStreamException {
    xml.writeEndDocument();
    xml.close();
  }

  /** What is allowed in XML 1.0 (Extensible Markup Language 1.0, 2.2). */
  private static String allowed(String text) {
    return text.replaceAll("[^\\t\\n\\r -\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]", "?");
  }
}
