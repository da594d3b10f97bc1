package org.colotape.analyzer.lab.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.colotape.recorder.feed.Interference;
import org.colotape.schema.event.Direction;
import org.jspecify.annotations.Nullable;

/**
 * The link between primary and secondary, on one side of the tap. Behind the tap, the recording
 * holds what was sent, and only what is observed shows what arrived; before it, the recording holds
 * what arrived.
 */
public final class Link implements Interference {
  private final boolean beforeTap;
  private final Downstream down;
  private final Upstream up;
  private final Upstream arrival;
  private volatile long lastBytes = System.nanoTime();

  /** True while an answer is on its way, which observers may hold back. */
  private volatile boolean answering;

  private Link(boolean beforeTap, Watch watch, Watch arrival, @Nullable PageDamage damage) {
    AtomicInteger checkpoint = new AtomicInteger();
    this.beforeTap = beforeTap;
    this.down = new Downstream(watch, damage, checkpoint);
    this.up = new Upstream(watch, checkpoint);
    this.arrival = new Upstream(arrival, checkpoint);
  }

  /**
   * A link without a fault of its own: what it does is up to the watch.
   *
   * @param beforeTap true to watch before it is recorded
   * @param arrival watches what the tap gives to the primary
   */
  public static Link watched(boolean beforeTap, Watch watch, Watch arrival) {
    return new Link(beforeTap, watch, arrival, null);
  }

  /**
   * A link that damages a page.
   *
   * @param beforeTap true to damage before it is recorded
   * @param arrival watches what the tap gives to the primary
   * @param block the RAM block of the page
   * @param from offset of the first page that may be damaged, if the fault names none
   * @param report is told what was done
   */
  public static Link damaging(
      boolean beforeTap,
      Watch watch,
      Watch arrival,
      Fault fault,
      String block,
      long from,
      Consumer<String> report) {
    return new Link(beforeTap, watch, arrival, new PageDamage(fault, block, from, report));
  }

  /** Counts from now on how long nothing has passed. */
  public void begin() {
    lastBytes = System.nanoTime();
  }

  /** How long nothing has passed, in nanoseconds. */
  public long quietNanos() {
    return answering ? 0 : System.nanoTime() - lastBytes;
  }

  /** The bit that was flipped on its way to the secondary; null if none was. */
  public @Nullable Flip flip() {
    return down.flip();
  }

  /** True if it damages a page and has done so. */
  public boolean hasDamaged() {
    return down.hasDamaged();
  }

  @Override
  public void pass(Side side, Direction direction, ByteBuffer bytes, Outlet on) throws IOException {
    lastBytes = System.nanoTime();
    boolean comes = side == (direction == Direction.PVM_TO_SVM ? Side.PVM : Side.SVM);
    boolean here = comes == beforeTap;
    if (direction == Direction.PVM_TO_SVM) {
      if (here) {
        down.pass(bytes, on);
      } else {
        on.take(bytes);
      }
      return;
    }
    Outlet out = comes ? on : rest -> arrival.pass(rest, on);
    answering = true;
    try {
      if (here) {
        up.pass(bytes, out);
      } else {
        out.take(bytes);
      }
    } finally {
      // the inner one of the two sides ends first, when nothing is held back any more
      answering = false;
      lastBytes = System.nanoTime();
    }
  }
}
