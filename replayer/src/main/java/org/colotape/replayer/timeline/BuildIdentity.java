package org.colotape.replayer.timeline;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.colotape.replayer.replay.Replay;
import org.colotape.schema.digest.RunningDigest;
import org.colotape.schema.log.EventSource;
import org.jspecify.annotations.Nullable;

/**
 * Names the code that replays, so that what another build made of a recording is not taken for what
 * this one makes of it.
 */
final class BuildIdentity {
  private static final @Nullable String OURS = of(List.of(Replay.class, EventSource.class));

  private BuildIdentity() {}

  /** The digest of this build's code, or null if it can't be read. */
  static @Nullable String ours() {
    return OURS;
  }

  private static @Nullable String of(List<Class<?>> members) {
    RunningDigest digest = new RunningDigest();
    try {
      for (Class<?> member : members) {
        Path code = Path.of(member.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (Stream<Path> files = Files.walk(code)) {
          for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
            digest.add(ByteBuffer.wrap(Files.readAllBytes(file)));
          }
        }
      }
      return digest.finish().toString();
    } catch (IOException | URISyntaxException | RuntimeException e) {
      return null;
    }
  }
}
