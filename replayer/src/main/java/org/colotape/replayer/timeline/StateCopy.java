package org.colotape.replayer.timeline;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.colotape.replayer.replay.Replay;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.files.OwnerOnly;

/** Gives one replay the state of another, by way of a file: it may be larger than the heap. */
final class StateCopy {
  private StateCopy() {}

  static void copy(Replay from, Replay to, Path folder) {
    try {
      Path file = Files.createTempFile(OwnerOnly.folder(folder), "colotape-", ".state");
      try {
        try (DataOutputStream out =
            new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
          from.save(out);
        }
        try (DataInputStream in =
            new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
          to.load(in);
        }
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new ColotapeException(
          "cannot copy the state of a replay: " + e.getMessage(),
          folder.toString(),
          "free space there, or choose a scratch folder on a larger file system",
          e);
    }
  }
}
