package org.colotape.recorder.feed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.attribute.UserPrincipal;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.files.User;

/**
 * Tells who has connected, and whether they may: of the processes on this machine only those of
 * some users, as guest memory is its owner's. Who connects from elsewhere, the network decides.
 */
final class AllowedPeers {
  private static final int ROOT = 0;
  private static final String NOT_LET_IN = "connection refused: ";

  private final Set<UserPrincipal> users = new HashSet<>();

  /**
   * @param uids numbers of those users whose processes may connect, beside root and this one's
   * @throws IOException if the system does not tell who this process's user is
   */
  AllowedPeers(Collection<Integer> uids) throws IOException {
    users.add(user(ROOT));
    users.add(user((int) User.own()));
    for (int uid : uids) {
      users.add(user(uid));
    }
  }

  /**
   * Tells who is at the other end.
   *
   * @param sockets those of this machine, not asked before that one was connected
   * @throws ColotapeException if it may not be there, or if that can't be told
   */
  Peer check(SocketChannel socket, LocalSockets sockets) throws IOException {
    SocketAddress far = socket.getRemoteAddress();
    SocketAddress near = socket.getLocalAddress();
    if (!(far instanceof InetSocketAddress there && near instanceof InetSocketAddress here)) {
      return unix(socket);
    }
    String name = HostPort.of(there).toString();
    return isLocal(there.getAddress())
        ? local(name, there, here, sockets)
        : Peer.far(name, there.getAddress());
  }

  private Peer unix(SocketChannel socket) {
    UserPrincipal user;
    try {
      user = socket.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
    } catch (IOException | UnsupportedOperationException e) {
      throw new ColotapeException(
          NOT_LET_IN + "who it is can't be told: " + e.getMessage(),
          "on a unix socket",
          "listen on 127.0.0.1",
          e);
    }
    String who = "a process of user " + user.getName();
    demand(user, who, "'id -u " + user.getName() + "'");
    return Peer.unix(who, user);
  }

  private Peer local(
      String name, InetSocketAddress there, InetSocketAddress here, LocalSockets sockets) {
    LocalSockets.Owner owner;
    UserPrincipal user;
    try {
      owner = sockets.owner(there, here);
      if (owner == null) {
        throw new ColotapeException(
            NOT_LET_IN + "it was closed before it was looked at",
            name,
            "connect only QEMU to the tap");
      }
      user = user(owner.uid());
    } catch (IOException e) {
      throw new ColotapeException(
          NOT_LET_IN + "who it is can't be told: " + e.getMessage(),
          name,
          "listen on unix:PATH",
          e);
    }
    String who = name + " of uid " + Integer.toUnsignedString(owner.uid());
    demand(user, who, Integer.toUnsignedString(owner.uid()));
    return Peer.near(who, user, there.getAddress(), owner.inode());
  }

  private void demand(UserPrincipal user, String who, String number) {
    if (!users.contains(user)) {
      throw new ColotapeException(
          NOT_LET_IN + "it is another user's",
          who,
          "if that is the primary, start the tap with --allow-uid " + number);
    }
  }

  private static UserPrincipal user(int uid) throws IOException {
    return FileSystems.getDefault()
        .getUserPrincipalLookupService()
        .lookupPrincipalByName(Integer.toUnsignedString(uid));
  }

  /** Whether an address is one of this machine. */
  static boolean isLocal(InetAddress address) throws SocketException {
    return address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || NetworkInterface.getByInetAddress(address) != null;
  }
}
