package org.colotape.analyzer.qualification.report;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.colotape.analyzer.qualification.CaseResult;
import org.colotape.analyzer.qualification.CaseResult.Refused;
import org.colotape.analyzer.qualification.CaseResult.Right;
import org.colotape.analyzer.qualification.CaseResult.Undecided;
import org.colotape.analyzer.qualification.CaseResult.Wrong;
import org.colotape.analyzer.qualification.Cell;
import org.colotape.analyzer.qualification.Matrix;
import org.colotape.analyzer.qualification.Subject;
import org.colotape.analyzer.qualification.Table;

/** Tables made by hand. */
final class Tables {
  static final CaseResult RIGHT = new Right("checkpoints 20");
  static final CaseResult WRONG =
      new Wrong(
          "not flushed, <b>&ram</b>",
          List.of("checkpoint 1, not flushed: \"3 pages\"", "second", "third", "fourth", "fifth"));
  static final CaseResult TWICE =
      new Wrong(List.of("not flushed, <b>&ram</b>", "lost dirty bit in ram"), List.of());
  static final CaseResult REFUSED = new Refused("the secondary ends by itself: \u001b[1m`bad`|_");
  static final CaseResult UNDECIDED =
      new Undecided("took longer than 45 s", List.of("it was at checkpoint 3"));

  private Tables() {}

  /** A table of each kind of result, two of them twice. */
  static Table mixed() {
    return of(
        new String[] {
          "pc/plain/load-hot",
          "pc/plain/failover-reply",
          "pc/multifd/load-hot",
          "q35/plain/load-hot",
          "q35/multifd/load-hot",
          "q35/multifd/failover-reply"
        },
        RIGHT,
        UNDECIDED,
        WRONG,
        RIGHT,
        WRONG,
        REFUSED);
  }

  /** A table of one result each. */
  static Table of(CaseResult... results) {
    String[] names = new String[results.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = Matrix.all().get(i).name();
    }
    return of(names, results);
  }

  private static Table of(String[] names, CaseResult... results) {
    List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      cells.add(
          new Cell(Matrix.named(names[i]).getFirst(), results[i], Duration.ofMillis(1500 + i)));
    }
    return new Table(new Subject("10.0.13 (Debian)", "10.0.13 (Debian)", true), cells);
  }
}
