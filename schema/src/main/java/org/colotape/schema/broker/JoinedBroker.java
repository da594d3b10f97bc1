package org.colotape.schema.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.colotape.schema.ColotapeException;
import org.jspecify.annotations.Nullable;

/** The broker that another process runs for the same home. */
final class JoinedBroker implements HomeBroker {
  private final Endpoint endpoint;
  private final HomeLock visit;

  /** The process that runs it, if this one can see it. */
  private final Optional<ProcessHandle> owner;

  private JoinedBroker(Endpoint endpoint, HomeLock visit) {
    this.endpoint = endpoint;
    this.visit = visit;
    this.owner = ProcessHandle.of(endpoint.pid());
  }

  /**
   * Joins the running broker; null if there is none that answers yet.
   *
   * @throws ColotapeException if there is one, but no way to log in that keeps others out
   */
  static @Nullable JoinedBroker join(Path folder) throws IOException {
    Path file = Endpoint.file(folder);
    if (Endpoint.read(file) == null) {
      return null;
    }
    HomeLock visit = HomeLock.visit(folder);
    JoinedBroker joined = null;
    try {
      // Looked at again behind the lock: an owner that closes removes its endpoint first and waits
      // for visitors then.
      Endpoint endpoint = Endpoint.read(file);
      if (endpoint != null && endpoint.answers()) {
        requireLogin(endpoint, folder);
        joined = new JoinedBroker(endpoint, visit);
      }
      return joined;
    } finally {
      if (joined == null) {
        visit.close();
      }
    }
  }

  private static void requireLogin(Endpoint endpoint, Path folder) {
    if (endpoint.login() == null) {
      throw new ColotapeException(
          "the home's broker is of an older version of Colotape, which lets every local user in",
          folder.getParent() + ", process " + endpoint.pid(),
          "end that process, or wait until it ends, and run again");
    }
  }

  @Override
  public Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public @Nullable String failure() {
    // what answers may be another user's, who took the port of an owner that was killed
    return owner.map(ProcessHandle::isAlive).orElse(true) && endpoint.answers()
        ? null
        : "process " + endpoint.pid() + ", which ran it, has ended";
  }

  @Override
  public void close(Consumer<String> waits) {
    letGo();
  }

  @Override
  public void letGo() {
    try {
      visit.close();
    } catch (IOException e) {
      throw new UncheckedIOException("releasing " + endpoint, e);
    }
  }
}
