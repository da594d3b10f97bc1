package org.colotape.schema.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.files.OwnerOnly;
import org.colotape.schema.files.User;

/** Files that hold a secret: only their owner may read or write them. */
final class SecretFile {
  /** The file mode's bits for group and others. */
  private static final int FOREIGN = 077;

  private SecretFile() {}

  /**
   * Writes a file that nobody else could read at any moment.
   *
   * @throws ColotapeException if its file system keeps no such rights
   */
  static void write(Path file, String text) throws IOException {
    OwnerOnly.afresh(file);
    check(file);
    Files.writeString(file, text);
  }

  /**
   * Returns if the file is this user's, and nobody else can read or write it.
   *
   * @throws ColotapeException if it is not so
   */
  static void check(Path file) throws IOException {
    Map<String, Object> facts =
        Files.readAttributes(file, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
    long user = number(facts, "uid");
    if (user != User.own()) {
      throw new ColotapeException(
          "the home's broker belongs to another user, uid " + user,
          file.toString(),
          "run the command as that user, or give another --home");
    }
    if ((number(facts, "mode") & FOREIGN) != 0) {
      throw new ColotapeException(
          "other users can read or write the file that says how to log in to the home's broker",
          file.toString(),
          "end the commands that use the home, and run again: the next one makes a new secret");
    }
  }

  private static long number(Map<String, Object> facts, String name) {
    return facts.get(name) instanceof Number number ? number.longValue() : -1;
  }
}
