package org.colotape.analyzer.qualification;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.colotape.analyzer.qualification.CaseResult.Undecided;
import org.colotape.schema.ColotapeException;
import org.jspecify.annotations.Nullable;

/**
 * Runs cases one after the other, each within its time. A case that takes longer is ended, and so
 * is not decided.
 */
public final class Qualification {
  /** How long a case that was told to end may take for that. */
  private static final Duration END = Duration.ofSeconds(20);

  private static final String STOPPED = "stopped before it was done";

  private final CaseRunner runner;
  private final Duration limit;
  private final Progress progress;
  private volatile boolean stopped;

  /** Is told how it goes. */
  public interface Progress {
    /** A case begins. */
    void begins(Case one);

    /**
     * A case is done.
     *
     * @param tape the recording of it, which is deleted afterwards; null if there is none
     */
    void done(Cell cell, @Nullable Path tape);
  }

  /**
   * @param limit how long a case may take
   */
  public Qualification(CaseRunner runner, Duration limit, Progress progress) {
    this.runner = runner;
    this.limit = limit;
    this.progress = progress;
  }

  /** Runs cases to their ends, and gives a cell for each. */
  public List<Cell> run(List<Case> cases) {
    List<Cell> cells = new ArrayList<>();
    for (Case one : cases) {
      cells.add(stopped ? new Cell(one, new Undecided(STOPPED), Duration.ZERO) : run(one));
    }
    return cells;
  }

  /** Ends the case that is running, and runs no further one. Called by another thread. */
  public void stop() {
    stopped = true;
    runner.stop();
  }

  private Cell run(Case one) {
    progress.begins(one);
    long begun = System.nanoTime();
    CaseRun run = within(one);
    CaseResult result = stopped ? new Undecided(STOPPED) : run.result();
    Cell cell = new Cell(one, result, Duration.ofNanos(System.nanoTime() - begun));
    try {
      progress.done(cell, run.tape());
    } finally {
      delete(run.tape());
    }
    return cell;
  }

  private CaseRun within(Case one) {
    CompletableFuture<CaseRun> future = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("colotape-qualify")
        .daemon()
        .start(() -> {
          try {
            future.complete(runner.run(one));
          } catch (Throwable e) {
            future.completeExceptionally(e);
          }
        });
    CaseRun run = await(future, limit);
    if (run != null) {
      return run;
    }
    runner.stop();
    String late = "took longer than " + limit.toSeconds() + " s";
    CaseRun ended = await(future, END);
    return ended == null
        ? new CaseRun(new Undecided(late + ", and could not be ended"), null)
        : new CaseRun(
            new Undecided(late, List.of("when it was ended: " + ended.result().headline())),
            ended.tape());
  }

  /** What came of it; null if nothing did in time. */
  private static @Nullable CaseRun await(CompletableFuture<CaseRun> future, Duration most) {
    try {
      return future.get(most.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ColotapeException known) {
        return new CaseRun(new Undecided(String.valueOf(known.getMessage())), null);
      }
      throw new IllegalStateException("a case failed", e.getCause());
    }
  }

  private static void delete(@Nullable Path tape) {
    try {
      if (tape != null) {
        Files.deleteIfExists(tape);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
