package org.colotape.analyzer.qualification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.colotape.analyzer.qualification.CaseResult.Kind;
import org.colotape.analyzer.qualification.CaseResult.Right;
import org.colotape.schema.ColotapeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Cases are run one after the other, each within its time, whatever they do. */
@Timeout(60)
class QualificationTest {
  private static final Case FIRST = Matrix.all().getFirst();
  private static final Case LAST = Matrix.all().getLast();
  private static final Duration LONG = Duration.ofSeconds(50);

  @TempDir Path folder;

  private final List<String> told = new ArrayList<>();
  private final CountDownLatch stopped = new CountDownLatch(1);

  @Test
  void eachCaseGivesACellInTheirOrder() {
    List<Cell> cells =
        qualification(LONG, one -> new CaseRun(new Right(one.name()), null))
            .run(List.of(FIRST, LAST));
    assertThat(cells).extracting(Cell::of).containsExactly(FIRST, LAST);
    assertThat(cells)
        .extracting(cell -> cell.result().headline())
        .containsExactly(FIRST.name(), LAST.name());
    assertThat(told)
        .containsExactly("begins " + FIRST, "right " + FIRST, "begins " + LAST, "right " + LAST);
  }

  @Test
  void aCaseThatTakesLongerThanItMayIsEndedAndUndecided() {
    List<Cell> cells =
        qualification(
                Duration.ofMillis(50),
                one -> {
                  await(stopped);
                  return new CaseRun(new Right("after all"), null);
                })
            .run(List.of(FIRST));
    CaseResult result = cells.getFirst().result();
    assertThat(result.kind()).isEqualTo(Kind.UNDECIDED);
    assertThat(result.headline()).isEqualTo("took longer than 0 s");
    assertThat(result.details()).containsExactly("when it was ended: after all");
  }

  @Test
  void aCaseThatCannotBeRunIsUndecidedAndTheNextOneIsRun() {
    List<Cell> cells =
        qualification(
                LONG,
                one -> {
                  if (one.equals(FIRST)) {
                    throw new ColotapeException("disk full", "/tmp", "make room");
                  }
                  return new CaseRun(new Right("fine"), null);
                })
            .run(List.of(FIRST, LAST));
    assertThat(cells)
        .extracting(cell -> cell.result().kind())
        .containsExactly(Kind.UNDECIDED, Kind.RIGHT);
    assertThat(cells.getFirst().result().headline()).isEqualTo("disk full (/tmp): make room");
  }

  @Test
  void aFailureThatNobodyExpectsEndsTheQualification() {
    Qualification qualification =
        qualification(
            LONG,
            one -> {
              throw new IllegalArgumentException("a bug");
            });
    assertThatThrownBy(() -> qualification.run(List.of(FIRST))).hasRootCauseMessage("a bug");
  }

  @Test
  void whatWasNotRunWhenItWasStoppedIsUndecided() {
    List<Qualification> self = new ArrayList<>();
    self.add(
        qualification(
            LONG,
            one -> {
              self.getFirst().stop();
              return new CaseRun(new Right("killed in the middle"), null);
            }));
    List<Cell> cells = self.getFirst().run(List.of(FIRST, LAST));
    assertThat(cells)
        .extracting(cell -> cell.result().kind() + " " + cell.result().headline())
        .containsExactly(
            "UNDECIDED stopped before it was done", "UNDECIDED stopped before it was done");
    assertThat(told).contains("begins " + FIRST).doesNotContain("begins " + LAST);
  }

  @Test
  void aTapeIsThereWhenTheCaseIsDoneAndGoneAfterwards() throws IOException {
    Path tape = Files.createFile(folder.resolve("case.tape"));
    qualification(LONG, one -> new CaseRun(new Right("fine"), tape)).run(List.of(FIRST));
    assertThat(told).contains("tape is there");
    assertThat(tape).doesNotExist();
  }

  private Qualification qualification(Duration limit, Function<Case, CaseRun> run) {
    CaseRunner runner =
        new CaseRunner() {
          @Override
          public CaseRun run(Case one) {
            return run.apply(one);
          }

          @Override
          public void stop() {
            stopped.countDown();
          }
        };
    return new Qualification(
        runner,
        limit,
        new Qualification.Progress() {
          @Override
          public void begins(Case one) {
            told.add("begins " + one);
          }

          @Override
          public void done(Cell cell, @Nullable Path tape) {
            told.add(cell.result().headline().isEmpty() ? "?" : word(cell) + " " + cell.of());
            if (tape != null && Files.exists(tape)) {
              told.add("tape is there");
            }
          }
        });
  }

  private static String word(Cell cell) {
    return cell.result().kind() == Kind.RIGHT ? "right" : "other";
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
