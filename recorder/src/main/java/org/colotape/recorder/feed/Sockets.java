package org.colotape.recorder.feed;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;

/** What the tap does to sockets of either kind. */
final class Sockets {

  private Sockets() {}

  /** A socket that can connect to this address. */
  static SocketChannel open(SocketAddress target) throws IOException {
    return target instanceof UnixDomainSocketAddress
        ? SocketChannel.open(StandardProtocolFamily.UNIX)
        : SocketChannel.open();
  }

  /** Sends at once what is written: COLO messages are four bytes that the other side waits for. */
  static void noDelay(SocketChannel socket) throws IOException {
    if (!(socket.getLocalAddress() instanceof UnixDomainSocketAddress)) {
      socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }
  }

  /** Lets the other end learn, when it is closed, that this is no orderly end. */
  static void breakWhenClosed(SocketChannel socket) {
    try {
      if (!(socket.getLocalAddress() instanceof UnixDomainSocketAddress)) {
        socket.setOption(StandardSocketOptions.SO_LINGER, 0);
      }
    } catch (IOException e) {
      // closed already
    }
  }

  /** Closes what has nothing left to lose. */
  static void closeQuietly(SocketChannel socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // what it carried is in the journal, or it was never used
    }
  }
}
