package org.colotape.recorder.feed;

import java.time.Duration;
import java.util.Set;

/**
 * Who may connect to a tap.
 *
 * @param uids numbers of the users beside root and the one who runs the tap whose processes may
 *     connect from this machine
 * @param deadline how long a connection may take to say what it is
 */
public record Admission(Set<Integer> uids, Duration deadline) {
  /**
   * Only processes of root and of the user who runs the tap. A primary says what it is at once, but
   * one with very much memory prepares for some seconds before its first byte.
   */
  public static final Admission OWNER = new Admission(Set.of(), Duration.ofSeconds(30));

  /** Who may connect, with a set of its own. */
  public Admission {
    uids = Set.copyOf(uids);
  }

  /** The same with these users. */
  public Admission allowing(Set<Integer> users) {
    return new Admission(users, deadline);
  }
}
