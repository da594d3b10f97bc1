package org.colotape.analyzer.qualification.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.colotape.analyzer.qualification.Configuration;
import org.colotape.analyzer.qualification.Course;
import org.colotape.analyzer.qualification.Table;
import org.colotape.analyzer.qualification.Table.Note;

/** The table in Markdown, to be put into a document. */
public final class MarkdownTable {
  private MarkdownTable() {}

  /** Its lines. */
  public static List<String> lines(Table table) {
    List<String> lines = new ArrayList<>();
    lines.add(table.subject() + ", " + Cells.summary(table) + ":");
    lines.add("");
    lines.add(row("course", table.configurations().stream().map(MarkdownTable::head).toList()));
    lines.add(row("---", table.configurations().stream().map(_ -> "---").toList()));
    for (Course course : table.courses()) {
      lines.add(
          row(
              course.text(),
              table.configurations().stream()
                  .map(configuration -> Cells.of(table, configuration, course))
                  .toList()));
    }
    lines.add("");
    table.notes().forEach(note -> lines.add(note(note)));
    return lines;
  }

  private static String head(Configuration configuration) {
    return configuration.machine() + " " + configuration.encoding();
  }

  private static String row(String first, List<String> rest) {
    return "| "
        + first
        + " | "
        + rest.stream().map(MarkdownTable::escaped).collect(Collectors.joining(" | "))
        + " |";
  }

  private static String note(Note note) {
    return "- [%d] %s: %s"
        .formatted(note.number(), Cells.name(note.kind()), escaped(note.headline()));
  }

  /** Text that is no markup. */
  private static String escaped(String text) {
    return text.replaceAll("([\\\\`*_<>|#])", "\\\\$1");
  }
}
