package org.colotape.analyzer.lab.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.colotape.recorder.feed.Interference;
import org.colotape.schema.event.ColoMessageType;
import org.jspecify.annotations.Nullable;

/** What the secondary answers: words of four bytes (QEMU migration/colo.c). */
final class Upstream {
  private final Watch watch;
  private final AtomicInteger checkpoint;
  private final ByteBuffer word = ByteBuffer.allocate(Integer.BYTES);

  Upstream(Watch watch, AtomicInteger checkpoint) {
    this.watch = watch;
    this.checkpoint = checkpoint;
  }

  void pass(ByteBuffer bytes, Interference.Outlet on) throws IOException {
    ByteBuffer from = bytes.duplicate();
    while (from.hasRemaining()) {
      word.put(from.get());
      if (!word.hasRemaining()) {
        word.flip();
        Moment moment = moment(word.getInt(0));
        if (moment == null || watch.passes(moment, checkpoint.get())) {
          on.take(word);
        }
        word.clear();
      }
    }
  }

  private static @Nullable Moment moment(int code) {
    return switch (code) {
      case 2 -> Moment.of(ColoMessageType.CHECKPOINT_REPLY);
      case 5 -> Moment.of(ColoMessageType.VMSTATE_RECEIVED);
      case 6 -> Moment.of(ColoMessageType.VMSTATE_LOADED);
      default -> null;
    };
  }
}
