package org.colotape.recorder.feed;

import java.net.SocketAddress;
import org.colotape.schema.ColotapeException;

/** Where one listens or connects to: a TCP port or a unix socket. */
public sealed interface Address permits HostPort, UnixPath {
  /** How an address is written on a command line. */
  String SYNTAX = "HOST:PORT|unix:PATH";

  /**
   * Reads {@link #SYNTAX}.
   *
   * @throws ColotapeException if the text is not an address
   */
  static Address parse(String text) {
    return text.startsWith(UnixPath.PREFIX) ? UnixPath.parse(text) : HostPort.parse(text);
  }

  /**
   * The address for sockets, with a host looked up.
   *
   * @throws ColotapeException if the host is unknown
   */
  SocketAddress resolve();
}
