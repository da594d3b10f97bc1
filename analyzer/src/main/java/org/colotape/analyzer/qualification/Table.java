package org.colotape.analyzer.qualification;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.colotape.analyzer.qualification.CaseResult.Kind;

/**
 * What a qualification has found.
 *
 * @param subject what was qualified
 * @param cells one for each case that was chosen, in the order of the matrix
 */
public record Table(Subject subject, List<Cell> cells) {
  /**
   * Cells that came to the same.
   *
   * @param number counts from 1
   * @param kind of their results
   * @param headline one of those of their results
   * @param cells at least one
   */
  public record Note(int number, Kind kind, String headline, List<Cell> cells) {}

  /**
   * What it comes to: wrong if a cell is, else undecided if a cell is, else right. What QEMU does
   * not offer changes nothing, unless it offers nothing at all.
   */
  public Kind outcome() {
    for (Kind kind : List.of(Kind.WRONG, Kind.UNDECIDED, Kind.RIGHT)) {
      if (count(kind) > 0) {
        return kind;
      }
    }
    return Kind.REFUSED;
  }

  /** Number of cells with results of a kind. */
  public long count(Kind kind) {
    return cells.stream().filter(cell -> cell.result().kind() == kind).count();
  }

  /** The configurations that it is about, in order. */
  public List<Configuration> configurations() {
    return cells.stream().map(cell -> cell.of().configuration()).distinct().toList();
  }

  /** The courses that it is about, in order. */
  public List<Course> courses() {
    return cells.stream().map(cell -> cell.of().course()).distinct().toList();
  }

  /** The cell of a case, if it was chosen. */
  public Optional<Cell> cell(Configuration configuration, Course course) {
    return cells.stream()
        .filter(cell -> cell.of().equals(new Case(configuration, course)))
        .findFirst();
  }

  /** What is to be said of cells that are not right, each thing once. */
  public List<Note> notes() {
    record Said(Kind kind, String headline) {}
    SequencedMap<Said, List<Cell>> same = new LinkedHashMap<>();
    for (Cell cell : cells) {
      if (cell.result().kind() != Kind.RIGHT) {
        for (String headline : cell.result().headlines()) {
          same.computeIfAbsent(new Said(cell.result().kind(), headline), _ -> new ArrayList<>())
              .add(cell);
        }
      }
    }
    List<Note> notes = new ArrayList<>();
    same.forEach((said, of) ->
        notes.add(new Note(notes.size() + 1, said.kind(), said.headline(), List.copyOf(of))));
    return notes;
  }
}
