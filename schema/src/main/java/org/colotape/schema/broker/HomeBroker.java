package org.colotape.schema.broker;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.colotape.schema.ColotapeException;
import org.jspecify.annotations.Nullable;

/** The broker of one home, as this process sees it: its own, or that of another process. */
sealed interface HomeBroker extends AutoCloseable permits OwnedBroker, JoinedBroker {
  /**
   * How long an owner may take from its lock to its endpoint: a start after a crash checks its
   * files first.
   */
  Duration PATIENCE = Duration.ofSeconds(30);

  /** Where it listens, and how to log in. */
  Endpoint endpoint();

  /** What made the broker stop by itself, or null as long as it did not. */
  @Nullable String failure();

  /** Says that the process which runs it need not wait for this one any more. */
  default void letGo() {}

  @Override
  default void close() {
    close(_ -> {});
  }

  /**
   * Ends the use of it.
   *
   * @param waits is told before it has to be waited for other processes, and for which
   */
  void close(Consumer<String> waits);

  /**
   * Starts the broker in the folder, or joins the one that runs there.
   *
   * @throws ColotapeException if neither succeeds
   */
  static HomeBroker open(Path folder) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      HomeLock lock = HomeLock.own(folder);
      if (lock != null) {
        return OwnedBroker.start(folder, lock);
      }
      JoinedBroker joined = JoinedBroker.join(folder);
      if (joined != null) {
        return joined;
      }
      if (System.nanoTime() > deadline) {
        Endpoint endpoint = Endpoint.read(Endpoint.file(folder));
        throw new ColotapeException(
            "home is in use but its broker does not answer",
            folder.getParent() + (endpoint == null ? "" : ", process " + endpoint.pid()),
            "end the process that uses it, or give another --home");
      }
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }
}
