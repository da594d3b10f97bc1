package org.colotape.analyzer.cli.record;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.log.RecordingLog;

/**
 * The log of a tap that goes on for as long as migrations come: it is looked after, who waits for
 * it is told when it goes away and when it is back, and it is opened again if its broker was
 * another process's that has ended.
 */
final class LiveLog implements AutoCloseable {
  private static final Duration LOOK = Duration.ofSeconds(2);

  private final Supplier<RecordingLog> opener;
  private final Consumer<String> tell;
  private final List<RecordingLog> opened = new ArrayList<>();
  private volatile RecordingLog current;
  private boolean away;
  private long looks;
  private boolean closed;

  /**
   * @param first the log as it is now
   * @param opener opens it again
   * @param tell takes a line when it goes away, and one when it is back
   */
  LiveLog(RecordingLog first, Supplier<RecordingLog> opener, Consumer<String> tell) {
    this.current = first;
    this.opener = opener;
    this.tell = tell;
  }

  /** The log that was there when it was last looked for it. */
  RecordingLog current() {
    return current;
  }

  /**
   * Looks after the log from now on, until it is closed.
   *
   * @param also run at each look
   */
  void watch(Runnable also) {
    current.letGo();
    Thread.ofPlatform().daemon().name("colotape-watch").start(() -> look(also));
  }

  /**
   * Waits until the log was found to be there.
   *
   * @param goesOn whether to wait any longer
   * @param most longest time to wait
   * @return false if it was not
   */
  synchronized boolean awaitBack(BooleanSupplier goesOn, Duration most) {
    // one look may have begun before the log went away
    long enough = looks + 2;
    long begun = System.nanoTime();
    try {
      while (!closed && goesOn.getAsBoolean() && System.nanoTime() - begun < most.toNanos()) {
        if (!away && looks >= enough) {
          return true;
        }
        wait(100);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  private void look(Runnable also) {
    while (!isClosed()) {
      look();
      also.run();
      synchronized (this) {
        looks++;
        notifyAll();
        try {
          TimeUnit.NANOSECONDS.timedWait(this, LOOK.toNanos());
        } catch (InterruptedException e) {
          return;
        }
      }
    }
  }

  private void look() {
    try {
      current.check();
      back();
    } catch (ColotapeException e) {
      goneAway(e);
      open();
    }
  }

  /** Opens the log once more: its broker may be another one now, or this process's. */
  private void open() {
    try {
      RecordingLog again = opener.get();
      try {
        again.check();
      } catch (ColotapeException e) {
        again.close();
        return;
      }
      again.letGo();
      synchronized (this) {
        opened.add(again);
      }
      current = again;
      back();
    } catch (ColotapeException e) {
      // told already that it is away
    }
  }

  private synchronized void goneAway(ColotapeException why) {
    if (!away && !closed) {
      away = true;
      tell.accept(why.getMessage() + "; what comes waits in the journal until the broker is back");
    }
  }

  private synchronized void back() {
    if (away) {
      away = false;
      tell.accept("the broker is back: what waited in the journal is published");
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
    opened.forEach(RecordingLog::close);
  }
}
