package org.colotape.recorder.feed;

import java.net.InetAddress;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Who has connected. Used by one thread at a time. */
final class Peer {
  private static final long UNKNOWN = 0;

  private final String who;
  private final @Nullable UserPrincipal user;
  private final @Nullable InetAddress address;
  private final long inode;
  private @Nullable List<Path> processes;

  /** What can be said of two of them. */
  enum Kinship {
    /** They are of one process. */
    SAME_PROCESS,
    /** Nothing tells them apart. */
    MAY_BE_SAME,
    /** They are not the same. */
    STRANGERS
  }

  private Peer(
      String who, @Nullable UserPrincipal user, @Nullable InetAddress address, long inode) {
    this.who = who;
    this.user = user;
    this.address = address;
    this.inode = inode;
  }

  /** A process on another machine. */
  static Peer far(String who, InetAddress address) {
    return new Peer(who, null, address, UNKNOWN);
  }

  /** A process on this machine, at the other end of a TCP connection. */
  static Peer near(String who, UserPrincipal user, InetAddress address, long inode) {
    return new Peer(who, user, address, inode);
  }

  /** A process at the other end of a unix socket. */
  static Peer unix(String who, UserPrincipal user) {
    return new Peer(who, user, null, UNKNOWN);
  }

  /** Whether another one is the same process, as far as it can be told. */
  Kinship kinship(Peer other) {
    if (!Objects.equals(user, other.user) || !Objects.equals(address, other.address)) {
      return Kinship.STRANGERS;
    }
    if (inode == UNKNOWN || other.inode == UNKNOWN || processes().isEmpty()) {
      return Kinship.MAY_BE_SAME;
    }
    return processes().stream().anyMatch(process -> LocalSockets.has(process, other.inode))
        ? Kinship.SAME_PROCESS
        : Kinship.STRANGERS;
  }

  private List<Path> processes() {
    List<Path> known = processes;
    if (known == null) {
      known = LocalSockets.holders(inode);
      processes = known;
    }
    return known;
  }

  @Override
  public String toString() {
    return who;
  }
}
