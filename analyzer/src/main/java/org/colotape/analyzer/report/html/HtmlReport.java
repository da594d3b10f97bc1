package org.colotape.analyzer.report.html;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;
import org.colotape.analyzer.chronicle.Chronicle;
import org.colotape.analyzer.diagnosis.Diagnosis;

/**
 * A diagnosis as a page for the browser: one file that loads nothing. A content security policy in
 * it forbids what would. It needs a browser of 2023 or later (DecompressionStream).
 */
public final class HtmlReport {
  private HtmlReport() {}

  /**
   * Writes the page.
   *
   * @param diagnosis what was found
   * @param chronicle the course of the same recording
   * @param argument how a command line names the recording: its name, or the path of a tape
   * @param out takes the page, UTF-8; is not closed
   * @throws IOException if it can't be written
   */
  public static void write(Diagnosis diagnosis, Chronicle chronicle, String argument, Writer out)
      throws IOException {
    out.write(
        Template.page(
            diagnosis.verdict().recording(), data(new PageModel(diagnosis, chronicle, argument))));
  }

  /** The model in JSON, compressed, in letters. */
  private static String data(PageModel model) throws IOException {
    ByteArrayOutputStream letters = new ByteArrayOutputStream();
    try (OutputStream zipped = new GZIPOutputStream(Base64.getEncoder().wrap(letters), 1 << 16);
        JsonGenerator json = new JsonFactory().createGenerator(zipped)) {
      model.write(json);
    }
    return letters.toString(StandardCharsets.US_ASCII);
  }
}
