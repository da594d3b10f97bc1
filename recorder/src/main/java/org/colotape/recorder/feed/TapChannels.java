package org.colotape.recorder.feed;

import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** The connections that a tap carries, in the order in which they were made. */
final class TapChannels {
  private final List<TapChannel> channels = new ArrayList<>();
  private boolean closed;
  private boolean mainEnded;

  /**
   * Adds a pair of connections.
   *
   * @param whenOver run when both directions of the main channel have ended, and no other
   *     connection will go on with it
   */
  synchronized TapChannel add(
      Socket primary, Socket secondary, TapRecorder recorder, Runnable whenOver) {
    int number = channels.size();
    Runnable whenEnded =
        () -> {
          if (hasMainEnded(number) && !recorder.isPaused()) {
            whenOver.run();
          }
        };
    TapChannel channel = new TapChannel(number, primary, secondary, recorder, whenEnded);
    channels.add(channel);
    if (closed) {
      channel.close();
    }
    return channel;
  }

  private synchronized boolean hasMainEnded(int ending) {
    mainEnded |= ending == 0;
    return mainEnded;
  }

  /** Closes all connections. */
  synchronized void close() {
    closed = true;
    channels.forEach(TapChannel::close);
  }

  /** How the main channel ended. */
  synchronized FeedEnd end() {
    if (closed) {
      return new FeedEnd(false, "the tap was closed");
    }
    return channels.isEmpty() ? new FeedEnd(false, "no migration came") : channels.getFirst().end();
  }
}
