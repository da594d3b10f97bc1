package org.colotape.analyzer.benchmark;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Copies the bytes of connections, and nothing else: the least that anything in between costs. */
final class PlainProxy implements AutoCloseable {
  private final ServerSocketChannel server;
  private final InetSocketAddress target;

  PlainProxy(int target) throws IOException {
    this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), target);
    this.server =
        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread.ofPlatform().daemon().start(this::run);
  }

  int port() throws IOException {
    return ((InetSocketAddress) server.getLocalAddress()).getPort();
  }

  private void run() {
    try {
      while (true) {
        SocketChannel in = server.accept();
        SocketChannel out = SocketChannel.open(target);
        in.setOption(StandardSocketOptions.TCP_NODELAY, true);
        out.setOption(StandardSocketOptions.TCP_NODELAY, true);
        Thread.ofPlatform().daemon().start(() -> copy(in, out));
        Thread.ofPlatform().daemon().start(() -> copy(out, in));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private static void copy(SocketChannel from, SocketChannel to) {
    ByteBuffer chunk = ByteBuffer.allocateDirect(1 << 18);
    try {
      while (from.read(chunk) >= 0) {
        chunk.flip();
        while (chunk.hasRemaining()) {
          to.write(chunk);
        }
        chunk.clear();
      }
      to.shutdownOutput();
    } catch (IOException e) {
      // its ends are killed
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
