package org.colotape.analyzer.cli.replay;

import java.util.List;
import org.colotape.analyzer.cli.frame.Directions;
import org.colotape.replayer.emission.EmittedChannel;
import org.colotape.schema.event.Direction;
import org.jspecify.annotations.Nullable;

/**
 * What {@code --to-file} wrote.
 *
 * @param recording the recording or tape
 * @param files one for each channel and direction
 */
record EmissionResult(String recording, List<File> files) {
  /**
   * A channel's bytes in one direction.
   *
   * @param channel number of the channel
   * @param direction which way they went
   * @param file where they are
   * @param bytes how many
   * @param sha256 their SHA-256, or null if it was not asked for
   */
  record File(int channel, String direction, String file, long bytes, @Nullable String sha256) {}

  static EmissionResult of(String recording, List<EmittedChannel> channels) {
    return new EmissionResult(
        recording,
        channels.stream()
            .map(c ->
                new File(
                    c.channel(), c.direction().name(), c.file().toString(), c.bytes(), c.sha256()))
            .toList());
  }

  /** The result for people. */
  List<String> lines() {
    return files.isEmpty()
        ? List.of("no channels")
        : files.stream().map(EmissionResult::line).toList();
  }

  private static String line(File file) {
    return "channel %d, %s %12d bytes  %s%s"
        .formatted(
            file.channel,
            Directions.name(Direction.valueOf(file.direction)),
            file.bytes,
            file.file,
            file.sha256 == null ? "" : "  sha256 " + file.sha256);
  }
}
