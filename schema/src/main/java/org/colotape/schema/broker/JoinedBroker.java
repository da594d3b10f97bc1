package org.colotape.schema.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The broker that another process runs for the same home. */
final class JoinedBroker implements HomeBroker {
  private final Endpoint endpoint;
  private final HomeLock visit;

  private JoinedBroker(Endpoint endpoint, HomeLock visit) {
    this.endpoint = endpoint;
    this.visit = visit;
  }

  /** Joins the running broker; null if there is none that answers yet. */
  static @Nullable JoinedBroker join(Path folder) throws IOException {
    Path file = Endpoint.file(folder);
    if (Endpoint.read(file) == null) {
      return null;
    }
    HomeLock visit = HomeLock.visit(folder);
    // Looked at again behind the lock: an owner that closes removes its endpoint first and waits
    // for visitors then.
    Endpoint endpoint = Endpoint.read(file);
    if (endpoint == null || !endpoint.answers()) {
      visit.close();
      return null;
    }
    return new JoinedBroker(endpoint, visit);
  }

  @Override
  public String bootstrapServers() {
    return endpoint.bootstrapServers();
  }

  @Override
  public @Nullable String failure() {
    return endpoint.answers() ? null : "process " + endpoint.pid() + ", which ran it, has ended";
  }

  @Override
  public void close() {
    try {
      visit.close();
    } catch (IOException e) {
      throw new UncheckedIOException("releasing " + endpoint, e);
    }
  }
}
