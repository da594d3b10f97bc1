package org.colotape.recorder.feed;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The TCP sockets of this machine and whose they are, as the kernel lists them when first asked
 * (Linux, proc(5), /proc/net/tcp and /proc/PID/fd). A list takes the kernel some milliseconds.
 */
final class LocalSockets {
  private static final Path PROC = Path.of("/proc");
  private static final Path IPV4 = PROC.resolve("net/tcp");
  private static final Path IPV6 = PROC.resolve("net/tcp6");
  private static final int LOCAL = 1;
  private static final int REMOTE = 2;
  private static final int UID = 7;
  private static final int INODE = 9;
  private static final int IPV4_BYTES = 4;

  /** An IPv6 address up to the IPv4 address that it stands for (RFC 4291, 2.5.5.2). */
  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

  /** The lists that were asked for. */
  private final Map<Path, Map<String, Owner>> read = new HashMap<>();

  /**
   * Whose a socket is.
   *
   * @param uid number of the user who made it
   * @param inode number of the socket, by which a process has it
   */
  record Owner(int uid, long inode) {}

  /**
   * Whose the socket is with these two ends; null if no process has it, or has it any more.
   *
   * @param own end of that socket
   * @param other end, which may be one of this process
   * @throws IOException if the kernel does not tell
   */
  @Nullable Owner owner(InetSocketAddress own, InetSocketAddress other) throws IOException {
    Owner owner = null;
    if (own.getAddress().getAddress().length == IPV4_BYTES) {
      owner = listed(IPV4).get(text(own, false) + text(other, false));
    }
    if (owner == null && Files.exists(IPV6)) {
      owner = listed(IPV6).get(text(own, true) + text(other, true));
    }
    return owner;
  }

  private Map<String, Owner> listed(Path table) throws IOException {
    Map<String, Owner> owners = read.get(table);
    if (owners == null) {
      owners = read(table);
      read.put(table, owners);
    }
    return owners;
  }

  /** The folders of the processes that have a socket, of those whose files this one may see. */
  static List<Path> holders(long inode) {
    List<Path> holders = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        if (has(process, inode)) {
          holders.add(process);
        }
      }
    } catch (IOException e) {
      // it can't be seen who they are
    }
    return holders;
  }

  /** Whether a process has a socket; false also if that can't be seen. */
  static boolean has(Path process, long inode) {
    String socket = "socket:[" + inode + "]";
    try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path file : files) {
        if (socket.equals(target(file))) {
          return true;
        }
      }
    } catch (IOException e) {
      // another user's, or it has ended
    }
    return false;
  }

  private static String target(Path file) {
    try {
      return Files.readSymbolicLink(file).toString();
    } catch (IOException e) {
      return ""; // closed meanwhile
    }
  }

  private static Map<String, Owner> read(Path table) throws IOException {
    Map<String, Owner> owners = new HashMap<>();
    try (BufferedReader lines = Files.newBufferedReader(table)) {
      lines.readLine(); // names of the fields
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] fields = line.trim().split("\\s+", -1);
        long inode = Long.parseUnsignedLong(fields[INODE]);
        // what is left of a closed one is listed as root's, without inode
        if (inode != 0) {
          owners.put(
              fields[LOCAL] + fields[REMOTE],
              new Owner(Integer.parseUnsignedInt(fields[UID]), inode));
        }
      }
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw new IOException(table + " is not as it should be: " + e.getMessage(), e);
    }
    return owners;
  }

  /** An end as the kernel writes it: words of the address in the machine's order, and the port. */
  private static String text(InetSocketAddress end, boolean six) {
    ByteBuffer address = bytes(end.getAddress(), six).order(ByteOrder.nativeOrder());
    StringBuilder text = new StringBuilder();
    while (address.hasRemaining()) {
      text.append("%08X".formatted(address.getInt()));
    }
    return text.append(":%04X".formatted(end.getPort())).toString();
  }

  private static ByteBuffer bytes(InetAddress address, boolean six) {
    byte[] bytes = address.getAddress();
    if (!six || bytes.length > IPV4_BYTES) {
      return ByteBuffer.wrap(bytes);
    }
    return ByteBuffer.allocate(MAPPED.length + IPV4_BYTES).put(MAPPED).put(bytes).flip();
  }
}
