package org.colotape.recorder.feed;

import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import org.colotape.schema.ColotapeException;

/**
 * A unix socket, written {@code unix:PATH} as QEMU does.
 *
 * @param path of the socket in the file system
 */
public record UnixPath(Path path) implements Address {
  /** What leads it on a command line. */
  static final String PREFIX = "unix:";

  static UnixPath parse(String text) {
    String path = text.substring(PREFIX.length());
    if (path.isEmpty()) {
      throw new ColotapeException("not an address", text, "write unix:PATH");
    }
    return new UnixPath(Path.of(path));
  }

  @Override
  public UnixDomainSocketAddress resolve() {
    try {
      return UnixDomainSocketAddress.of(path);
    } catch (IllegalArgumentException e) {
      throw new ColotapeException("not an address", toString(), "give a shorter path", e);
    }
  }

  @Override
  public String toString() {
    return PREFIX + path;
  }
}
