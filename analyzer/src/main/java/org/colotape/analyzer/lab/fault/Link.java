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
  private volatile long lastBytes = System.nanoTime();

  private Link(boolean beforeTap, Watch watch, @Nullable PageDamage damage) {
    AtomicInteger checkpoint = new AtomicInteger();
    this.beforeTap = beforeTap;
    this.down = new Downstream(watch, damage, checkpoint);
    this.up = new Upstream(watch, checkpoint);
  }

  /** A link without a fault of its own: what it does is up to the watch. */
  public static Link watched(boolean beforeTap, Watch watch) {
    return new Link(beforeTap, watch, null);
  }

  /**
   * A link that damages a page.
   *
   * @param beforeTap true to damage before it is recorded
   * @param block the RAM block of the page
   * @param from offset of the first page that may be damaged, if the fault names none
   * @param report is told what was done
   */
  public static Link damaging(
      boolean beforeTap,
      Watch watch,
      Fault fault,
      String block,
      long from,
      Consumer<String> report) {
    return new Link(beforeTap, watch, new PageDamage(fault, block, from, report));
  }

  /** Counts from now on how long nothing has passed. */
  public void begin() {
    lastBytes = System.nanoTime();
  }

  /** How long nothing has passed, in nanoseconds. */
  public long quietNanos() {
    return System.nanoTime() - lastBytes;
  }

  @Override
  public void pass(Side side, Direction direction, ByteBuffer bytes, Outlet on) throws IOException {
    lastBytes = System.nanoTime();
    boolean fromPrimary = direction == Direction.PVM_TO_SVM;
    boolean comes = side == (fromPrimary ? Side.PVM : Side.SVM);
    if (comes != beforeTap) {
      on.take(bytes);
    } else if (fromPrimary) {
      down.pass(bytes, on);
    } else {
      up.pass(bytes, on);
    }
  }
}
