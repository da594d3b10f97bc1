package org.colotape.analyzer.qualification.report;

import java.util.ArrayList;
import java.util.List;
import org.colotape.analyzer.qualification.Cell;
import org.colotape.analyzer.qualification.Configuration;
import org.colotape.analyzer.qualification.Course;
import org.colotape.analyzer.qualification.Table;
import org.colotape.analyzer.qualification.Table.Note;

/** The table for a terminal: one for each machine type, and the notes below. */
public final class TextTable {
  private static final int MOST_DETAILS = 4;
  private static final int MOST_LETTERS = 300;

  private TextTable() {}

  /** Its lines. */
  public static List<String> lines(Table table) {
    List<String> lines = new ArrayList<>();
    for (String machine :
        table.configurations().stream().map(Configuration::machine).distinct().toList()) {
      lines.addAll(ofMachine(table, machine));
      lines.add("");
    }
    table.notes().forEach(note -> lines.addAll(note(note)));
    lines.add(table.subject() + ": " + Cells.summary(table));
    return lines;
  }

  private static List<String> ofMachine(Table table, String machine) {
    List<Configuration> columns =
        table.configurations().stream()
            .filter(configuration -> configuration.machine().equals(machine))
            .toList();
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of(machine));
    columns.forEach(configuration -> head.add(configuration.encoding().toString()));
    rows.add(head);
    for (Course course : table.courses()) {
      List<String> row = new ArrayList<>(List.of(course.text()));
      columns.forEach(configuration -> row.add(Cells.of(table, configuration, course)));
      if (row.stream().skip(1).anyMatch(cell -> !cell.equals(Cells.NONE))) {
        rows.add(row);
      }
    }
    return aligned(rows);
  }

  private static List<String> aligned(List<List<String>> rows) {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return rows.stream()
        .map(row -> {
          StringBuilder line = new StringBuilder();
          for (int i = 0; i < widths.length; i++) {
            line.append(("%-" + (widths[i] + 2) + "s").formatted(row.get(i)));
          }
          return line.toString().stripTrailing();
        })
        .toList();
  }

  private static List<String> note(Note note) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "[%d] %s: %s".formatted(note.number(), Cells.word(note.kind()), cut(note.headline())));
    lines.add("    " + Cells.where(note));
    Cell first = note.cells().getFirst();
    List<String> details = first.result().details();
    details.stream().limit(MOST_DETAILS).forEach(detail -> lines.add("    " + cut(detail)));
    if (details.size() > MOST_DETAILS) {
      lines.add("    and " + (details.size() - MOST_DETAILS) + " more: --json has all");
    }
    return lines;
  }

  private static String cut(String text) {
    return text.length() <= MOST_LETTERS ? text : text.substring(0, MOST_LETTERS) + "...";
  }
}
