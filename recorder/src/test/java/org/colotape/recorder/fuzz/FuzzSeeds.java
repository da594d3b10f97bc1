package org.colotape.recorder.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.colotape.recorder.fixture.Captures;
import org.colotape.recorder.fixture.SampleStreams;

/**
 * Writes the seeds of the fuzz tests: slices of captures, and of streams that hold a bit of all.
 */
final class FuzzSeeds {
  private static final int RETURN_PATH_BYTES = 256;

  private static final List<String> STREAMS =
      List.of(
          "10.0-background-snapshot",
          "10.0-colo-xbzrle",
          "7.2-colo-nodesc",
          "7.2-colo-nofooter",
          "7.2-compress",
          "7.2-postcopy");

  private static final List<String> RETURN_PATHS =
      List.of("10.0-colo-xbzrle", "7.2-colo-retpath", "7.2-postcopy");

  private FuzzSeeds() {}

  /**
   * Writes all seeds.
   *
   * @param arguments folder of the test's resources
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0], "org", "colotape", "recorder", "fuzz");
    Path streams = Files.createDirectories(folder.resolve("MainChannelFuzzTestInputs"));
    for (String capture : STREAMS) {
      Files.write(streams.resolve(capture), StreamSlice.of(Captures.stream(capture).read()));
    }
    Map<String, byte[]> samples =
        Map.of(
            "sample-colo", SampleStreams.colo(),
            "sample-old-colo", SampleStreams.oldColo(),
            "sample-without-footers", SampleStreams.withoutFooters(),
            "sample-postcopy", SampleStreams.postcopy());
    for (Map.Entry<String, byte[]> sample : samples.entrySet()) {
      Files.write(streams.resolve(sample.getKey()), StreamSlice.of(sample.getValue()));
    }
    Path answers = Files.createDirectories(folder.resolve("ReturnPathFuzzTestInputs"));
    for (String capture : RETURN_PATHS) {
      byte[] bytes = Captures.returnPath(capture).read();
      Files.write(
          answers.resolve(capture),
          Arrays.copyOf(bytes, Math.min(bytes.length, RETURN_PATH_BYTES)));
    }
    Files.write(answers.resolve("sample"), SampleStreams.returnPath());
  }
}
