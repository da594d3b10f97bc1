package org.colotape.analyzer.cli.frame;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import javax.xml.stream.XMLStreamException;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.files.Replacement;
import org.jspecify.annotations.Nullable;

/** Puts a report into the file that an option names. */
public final class ReportFile {
  private ReportFile() {}

  /** Something that writes a report. */
  public interface Report {
    /** Writes it. */
    void to(Writer out) throws IOException, XMLStreamException;
  }

  /**
   * Writes a report; one that is there is replaced once the new one is whole.
   *
   * @param file null if none is wanted
   * @throws ColotapeException if it can't be written
   */
  public static void write(@Nullable Path file, Report report) {
    if (file == null) {
      return;
    }
    try (Replacement fresh = Replacement.of(file)) {
      report.to(fresh.writer());
      fresh.done();
    } catch (IOException | XMLStreamException e) {
      throw new ColotapeException(
          "cannot write report: " + e.getMessage(),
          file.toString(),
          "check the folder, its rights and its free space",
          e);
    }
  }
}
