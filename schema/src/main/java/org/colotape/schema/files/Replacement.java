package org.colotape.schema.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that comes to be whole or not at all: it is written beside the one that it replaces, and
 * renamed once it is {@link #done}. Where a link stands, the link is replaced and what it points to
 * is left alone; a device or a pipe, as {@code /dev/stdout}, is written itself.
 */
public final class Replacement implements AutoCloseable {
  private final Path file;
  private final Path fresh;
  private final Writer writer;

  private Replacement(Path file, Path fresh) throws IOException {
    this.file = file;
    this.fresh = fresh;
    this.writer =
        new BufferedWriter(
            new OutputStreamWriter(Files.newOutputStream(fresh, StandardOpenOption.WRITE), UTF_8));
  }

  /** Begins to replace a file, which need not be there. */
  public static Replacement of(Path file) throws IOException {
    if (isPassedOn(file)) {
      return new Replacement(file, file);
    }
    Path folder = file.toAbsolutePath().getParent();
    return new Replacement(
        file, Files.createTempFile(folder, "." + file.getFileName() + "-", ".new"));
  }

  /** True of what takes bytes and keeps none. */
  private static boolean isPassedOn(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    boolean device = absolute.startsWith("/dev") && !absolute.startsWith("/dev/shm");
    return Files.exists(file)
        && (device || (!Files.isRegularFile(file) && !Files.isDirectory(file)));
  }

  /** Takes the contents, in UTF-8. */
  public Writer writer() {
    return writer;
  }

  /** All is written: from now on it is the file. */
  public void done() throws IOException {
    writer.close();
    if (fresh.equals(file)) {
      return;
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Leaves what was there as it was, unless it was {@link #done}. */
  @Override
  public void close() throws IOException {
    writer.close();
    if (!fresh.equals(file)) {
      Files.deleteIfExists(fresh);
    }
  }
}
