package org.colotape.schema.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.colotape.schema.ColotapeException;

/**
 * Makes files and folders that no other user can read, list or write, whatever the umask is: they
 * hold guest memory, with the keys and passwords of the guest.
 */
public final class OwnerOnly {
  private static final Set<PosixFilePermission> FOLDER =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OTHERS_WRITE =
      EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private OwnerOnly() {}

  /**
   * A folder in which the program keeps what it finds again later: made if there is none, and shut
   * to others if it is there and they may read it.
   *
   * @return the folder, without links
   * @throws ColotapeException if it is another user's, or others may write in it: what it holds may
   *     be theirs
   */
  public static Path home(Path folder) throws IOException {
    Path real = folder(folder).toRealPath();
    int owner = (int) Files.getAttribute(real, "unix:uid");
    if (owner != User.own()) {
      throw new ColotapeException(
          "it belongs to another user, uid " + owner,
          folder.toString(),
          "give a folder of your own, for example with --home");
    }
    Set<PosixFilePermission> rights = Files.getPosixFilePermissions(real);
    if (rights.stream().anyMatch(OTHERS_WRITE::contains)) {
      throw new ColotapeException(
          "other users may write in it (" + PosixFilePermissions.toString(rights) + ")",
          folder.toString(),
          "look whether all in it is yours, then take that right away: chmod 700");
    }
    if (!rights.equals(FOLDER)) {
      Files.setPosixFilePermissions(real, FOLDER);
    }
    return real;
  }

  /** A folder for what was asked for: made if there is none; one that is there stays as it is. */
  public static Path folder(Path folder) throws IOException {
    return Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(FOLDER));
  }

  /**
   * A folder that was not there before.
   *
   * @throws FileAlreadyExistsException if there is something of that name
   */
  public static Path newFolder(Path folder) throws IOException {
    return Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(FOLDER));
  }

  /**
   * A file that was not there before, empty.
   *
   * @throws FileAlreadyExistsException if there is something of that name, a link too
   */
  public static Path newFile(Path file) throws IOException {
    return Files.createFile(file, attribute());
  }

  /**
   * Writes a file that was not there before.
   *
   * @throws FileAlreadyExistsException if there is something of that name, a link too
   */
  public static OutputStream write(Path file) throws IOException {
    return Channels.newOutputStream(
        open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  /** Writes a file of a folder that is this user's own; one that is there is emptied first. */
  public static void write(Path file, byte[] contents) throws IOException {
    try (OutputStream out =
        Channels.newOutputStream(
            open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE))) {
      out.write(contents);
    }
  }

  /** Opens a file, which is made so that it is its owner's alone. */
  public static FileChannel open(Path file, StandardOpenOption... options) throws IOException {
    return FileChannel.open(file, Set.of(options), attribute());
  }

  /** Makes a file anew in the place of one that may be there: a link is not followed. */
  public static Path afresh(Path file) throws IOException {
    if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(file.toString(), null, "it is a folder");
    }
    Files.deleteIfExists(file);
    return newFile(file);
  }

  private static FileAttribute<Set<PosixFilePermission>> attribute() {
    return PosixFilePermissions.asFileAttribute(FILE);
  }
}
