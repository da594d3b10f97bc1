package org.colotape.schema.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.colotape.schema.files.OwnerOnly;
import org.jspecify.annotations.Nullable;

/**
 * Where the broker of a home listens, as its owner tells it to other processes.
 *
 * @param port TCP port on the loopback interface
 * @param pid process that runs the broker
 */
record Endpoint(int port, long pid) {
  private static final int CONNECT_MILLIS = 1000;

  /** The file that holds the endpoint of the broker in a folder. */
  static Path file(Path folder) {
    return folder.resolve("endpoint");
  }

  String bootstrapServers() {
    return InetAddress.getLoopbackAddress().getHostAddress() + ":" + port;
  }

  /** True if something listens there; the file may be left over from an owner that was killed. */
  boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Writes the endpoint so that a reader sees all of it or nothing. */
  void write(Path file) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    OwnerOnly.write(fresh, (bootstrapServers() + "\n" + pid + "\n").getBytes(UTF_8));
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The endpoint in the file, or null if there is none. */
  static @Nullable Endpoint read(Path file) throws IOException {
    try {
      List<String> lines = Files.readAllLines(file);
      String address = lines.get(0);
      int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
      return new Endpoint(port, Long.parseLong(lines.get(1)));
    } catch (NoSuchFileException | IndexOutOfBoundsException | NumberFormatException e) {
      return null;
    }
  }
}
