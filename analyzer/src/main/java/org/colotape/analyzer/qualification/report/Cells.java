package org.colotape.analyzer.qualification.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.colotape.analyzer.qualification.CaseResult.Kind;
import org.colotape.analyzer.qualification.Cell;
import org.colotape.analyzer.qualification.Configuration;
import org.colotape.analyzer.qualification.Course;
import org.colotape.analyzer.qualification.Table;
import org.colotape.analyzer.qualification.Table.Note;

/** How cells, and what is said of them, are written in every report for people. */
final class Cells {
  /** What stands for a case that was not chosen, or is not in the matrix. */
  static final String NONE = "-";

  private static final int NAMED = 4;

  private Cells() {}

  static String name(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** A kind where it must not be overlooked. */
  static String word(Kind kind) {
    return kind == Kind.WRONG ? "WRONG" : name(kind);
  }

  /** What stands in the table: the kind, and the number of the note. */
  static String of(Table table, Configuration configuration, Course course) {
    return table.cell(configuration, course).map(cell -> of(table, cell)).orElse(NONE);
  }

  private static String of(Table table, Cell cell) {
    return word(cell.result().kind())
        + numbers(table, cell).stream()
            .map(number -> " [" + number + "]")
            .collect(Collectors.joining());
  }

  /** The numbers of the notes on a cell. */
  static List<Integer> numbers(Table table, Cell cell) {
    return table.notes().stream()
        .filter(note -> note.cells().contains(cell))
        .map(Note::number)
        .toList();
  }

  /** The cells of a note: the first ones by name. */
  static String where(Note note) {
    String names =
        note.cells().stream()
            .limit(NAMED)
            .map(cell -> cell.of().name())
            .collect(Collectors.joining(", "));
    int more = note.cells().size() - NAMED;
    return more > 0 ? names + " and " + more + " more" : names;
  }

  /** One line for the whole table. */
  static String summary(Table table) {
    return "%d cases: %d right, %d wrong, %d refused by QEMU, %d undecided"
        .formatted(
            table.cells().size(),
            table.count(Kind.RIGHT),
            table.count(Kind.WRONG),
            table.count(Kind.REFUSED),
            table.count(Kind.UNDECIDED));
  }
}
