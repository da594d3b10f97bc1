package org.colotape.analyzer.cli.frame;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command come to its own end when the process is told to stop (Ctrl-C, SIGTERM): what it
 * prints and seals then is not lost.
 */
public final class GracefulExit {
  /**
   * How long the process waits for it: who stops a service kills it soon after. What a recorder has
   * not published by then is in its journal.
   */
  private static final Duration MOST = Duration.ofSeconds(9);

  private final CountDownLatch done = new CountDownLatch(1);
  private final List<Thread> hooks = new ArrayList<>();

  /**
   * From now on, a signal to stop runs {@code stop}, and the process waits for {@link #done}, but
   * for no more than {@link #MOST}.
   *
   * @param stop makes the command end soon; called by another thread
   */
  public void onSignal(Runnable stop) {
    Thread hook = new Thread(() -> end(stop), "colotape-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    hooks.add(hook);
  }

  /** The command has come to its end, and all that it printed was handed on. */
  public void done() {
    done.countDown();
    hooks.forEach(GracefulExit::remove);
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the process is ending, so the hook has done its work
    }
  }

  private void end(Runnable stop) {
    // in a thread of its own: it may hang on what the command hangs on
    Thread.ofPlatform().daemon().name("colotape-stopping").start(stop);
    try {
      boolean _ = done.await(MOST.toMillis(), TimeUnit.MILLISECONDS); // and the process ends
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
