package org.colotape.analyzer.qualification.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.colotape.analyzer.qualification.CaseResult.Kind;
import org.colotape.analyzer.qualification.Cell;
import org.colotape.analyzer.qualification.Configuration;
import org.colotape.analyzer.qualification.Course;
import org.colotape.analyzer.qualification.Table;
import org.colotape.analyzer.qualification.Table.Note;
import org.colotape.analyzer.report.html.PagePolicy;
import org.colotape.analyzer.report.html.Stylesheet;

/**
 * The table as a page for the browser: one file that loads nothing and runs nothing, which a
 * content security policy in it holds.
 */
public final class HtmlTable {
  private static final String TEMPLATE = "qualify.html";

  private HtmlTable() {}

  /**
   * Writes the page.
   *
   * @param out takes the page, UTF-8; is not closed
   * @throws IOException if it can't be written
   */
  public static void write(Table table, Writer out) throws IOException {
    out.write(
        PagePolicy.page(
            template().replace("{{style}}", Stylesheet.text()),
            Map.of(
                "outcome", Cells.name(table.outcome()),
                "subject", escaped(table.subject().toString()),
                "summary", escaped(Cells.summary(table)),
                "table", matrix(table),
                "notes", notes(table.notes()),
                "cases", cases(table.cells()))));
  }

  private static String matrix(Table table) {
    List<Configuration> columns = table.configurations();
    StringBuilder html = new StringBuilder("<thead><tr><th scope=\"col\">course</th>");
    for (Configuration column : columns) {
      html.append("<th scope=\"col\">").append(escaped(column.machine())).append("<br>");
      html.append(escaped(column.encoding().toString())).append("</th>");
    }
    html.append("</tr></thead>\n<tbody>\n");
    for (Course course : table.courses()) {
      html.append("<tr><th scope=\"row\">").append(escaped(course.text())).append("</th>");
      for (Configuration column : columns) {
        html.append(
            table
                .cell(column, course)
                .map(cell -> cell(table, cell))
                .orElse("<td>" + Cells.NONE + "</td>"));
      }
      html.append("</tr>\n");
    }
    return html.append("</tbody>").toString();
  }

  private static String cell(Table table, Cell cell) {
    Kind kind = cell.result().kind();
    String note =
        Cells.numbers(table, cell).stream()
            .map(" <a href=\"#note-%1$d\">[%1$d]</a>"::formatted)
            .collect(Collectors.joining());
    return "<td class=\"%s\" title=\"%s\">%s%s</td>"
        .formatted(Cells.name(kind), escaped(cell.result().headline()), Cells.word(kind), note);
  }

  private static String notes(List<Note> notes) {
    return notes.stream()
        .map(note ->
            "<div class=\"note %s\" id=\"note-%d\"><h3>[%d] %s: %s</h3><p class=\"hint\">%s</p>%s</div>"
                .formatted(
                    Cells.name(note.kind()),
                    note.number(),
                    note.number(),
                    Cells.word(note.kind()),
                    escaped(note.headline()),
                    escaped(Cells.where(note)),
                    details(note.cells().getFirst())))
        .collect(Collectors.joining("\n"));
  }

  private static String cases(List<Cell> cells) {
    return cells.stream()
        .map(cell ->
            "<tr><th scope=\"row\">%s</th><td class=\"%s\">%s</td><td>%.1f s</td><td>%s%s</td></tr>"
                .formatted(
                    escaped(cell.of().name()),
                    Cells.name(cell.result().kind()),
                    Cells.word(cell.result().kind()),
                    cell.time().toMillis() / 1e3,
                    escaped(cell.result().headline()),
                    details(cell)))
        .collect(Collectors.joining("\n"));
  }

  private static String details(Cell cell) {
    List<String> details = cell.result().details();
    return details.isEmpty()
        ? ""
        : details.stream()
            .map(detail -> "<li>" + escaped(detail) + "</li>")
            .collect(Collectors.joining("", "<ul>", "</ul>"));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("{", "&#123;");
  }

  private static String template() {
    try (InputStream in = HtmlTable.class.getResourceAsStream(TEMPLATE)) {
      if (in == null) {
        throw new IllegalStateException(TEMPLATE + " is not in the program");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
