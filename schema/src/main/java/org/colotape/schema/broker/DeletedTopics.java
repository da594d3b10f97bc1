package org.colotape.schema.broker;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What deleted topics leave on the disk. Kafka renames a deleted partition's folder and removes it
 * in the background, half a minute after its start at the earliest (Kafka's LogManager): no command
 * runs that long.
 */
final class DeletedTopics {
  /** How Kafka names the folders of deleted partitions. */
  private static final String FOLDERS = "*-delete";

  private DeletedTopics() {}

  /** Removes it. The broker must not run. */
  static void purge(Path data) throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(data, FOLDERS)) {
      for (Path folder : folders) {
        remove(folder);
      }
    }
  }

  private static void remove(Path folder) throws IOException {
    List<Path> contents;
    try (Stream<Path> found = Files.walk(folder)) {
      contents = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : contents) {
      Files.delete(path);
    }
  }
}
