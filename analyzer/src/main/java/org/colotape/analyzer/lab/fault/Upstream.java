package org.colotape.analyzer.lab.fault;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.colotape.recorder.feed.AnswerScanner;
import org.colotape.recorder.feed.Interference;
import org.colotape.schema.event.ColoMessageType;

/** What the secondary answers: passes on message by message. */
final class Upstream {
  private final Watch watch;
  private final AtomicInteger checkpoint;
  private final AnswerScanner scanner = new AnswerScanner();
  private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

  Upstream(Watch watch, AtomicInteger checkpoint) {
    this.watch = watch;
    this.checkpoint = checkpoint;
  }

  void pass(ByteBuffer bytes, Interference.Outlet on) throws IOException {
    ByteBuffer from = bytes.duplicate();
    while (from.hasRemaining()) {
      byte next = from.get();
      begun.write(next);
      if (scanner.take(next)) {
        if (mayPass()) {
          on.take(ByteBuffer.wrap(begun.toByteArray()));
        }
        begun.reset();
      }
    }
  }

  private boolean mayPass() throws IOException {
    ColoMessageType message = scanner.message();
    Moment moment = message == null ? null : Moment.of(message);
    return moment == null || watch.passes(moment, checkpoint.get());
  }
}
