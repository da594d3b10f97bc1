package org.colotape.analyzer.lab.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.colotape.recorder.feed.Interference;
import org.colotape.recorder.stream.StreamParser;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.log.StreamBytes;
import org.jspecify.annotations.Nullable;

/**
 * What the primary says. Bytes go on as they come; only in the checkpoint whose page is to be
 * damaged they go on element by element, and all of a checkpoint's elements end with the bytes that
 * are there.
 */
final class Downstream {
  private final Watch watch;
  private final @Nullable PageDamage damage;
  private final AtomicInteger checkpoint;
  private final Queue<Event> events = new ArrayDeque<>();
  private final StreamParser parser = new StreamParser(0, events::add);

  /** Bytes that came and did not go on, and the stream offset of the first. */
  private byte[] rest = new byte[0];

  private long passed;
  private boolean pagesSeen;

  Downstream(Watch watch, @Nullable PageDamage damage, AtomicInteger checkpoint) {
    this.watch = watch;
    this.damage = damage;
    this.checkpoint = checkpoint;
  }

  /** The bit that was flipped; null if none was. */
  @Nullable Flip flip() {
    return damage == null ? null : damage.flip();
  }

  /** True if it damages a page and has done so. */
  boolean hasDamaged() {
    return damage != null && damage.hasDamaged();
  }

  void pass(ByteBuffer bytes, Interference.Outlet on) throws IOException {
    int before = rest.length;
    rest = Arrays.copyOf(rest, before + bytes.remaining());
    bytes.get(bytes.position(), rest, before, bytes.remaining());
    parser.feed(bytes.duplicate());
    for (Event event = events.poll(); event != null; event = events.poll()) {
      take(event, on);
    }
    if (!isStepping()) {
      passTo(passed + rest.length, on);
    }
  }

  private boolean isStepping() {
    return damage != null && damage.isIn(checkpoint.get());
  }

  private void take(Event event, Interference.Outlet on) throws IOException {
    long begin = event.getStreamOffset();
    long end = begin + StreamBytes.length(event);
    Moment moment = moment(event);
    if (moment != null) {
      passTo(begin, on);
      if (!watch.passes(moment, checkpoint.get())) {
        skipTo(end);
        return;
      }
    }
    if (damage == null) {
      return;
    }
    if (!isStepping()) {
      damage.see(event, checkpoint.get());
      return;
    }
    passTo(begin, on);
    boolean endOfPages = event.getKind() == Kind.RAM_MARK;
    for (byte[] altered : endOfPages ? damage.end() : damage.alter(event)) {
      on.take(ByteBuffer.wrap(altered));
    }
    if (endOfPages) {
      passTo(end, on);
    } else {
      skipTo(end);
    }
  }

  private @Nullable Moment moment(Event event) {
    if (event.getKind() == Kind.COLO_MESSAGE) {
      ColoMessageType type = event.getMessage().getType();
      if (type == ColoMessageType.CHECKPOINT_REQUEST) {
        checkpoint.incrementAndGet();
        pagesSeen = false;
      }
      return Moment.of(type);
    }
    boolean ofPages = event.getKind() == Kind.PAGE || event.getKind() == Kind.RAM_MARK;
    if (ofPages && checkpoint.get() > 0 && !pagesSeen) {
      pagesSeen = true;
      return Moment.PAGES;
    }
    return null;
  }

  private void passTo(long offset, Interference.Outlet on) throws IOException {
    int count = (int) Math.max(0, offset - passed);
    if (count > 0) {
      on.take(ByteBuffer.wrap(rest, 0, count));
      skipTo(offset);
    }
  }

  private void skipTo(long offset) {
    int count = (int) Math.max(0, offset - passed);
    rest = Arrays.copyOfRange(rest, count, rest.length);
    passed += count;
  }
}
