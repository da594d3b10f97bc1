package org.colotape.analyzer.demo;

import java.nio.file.Path;
import org.colotape.recorder.feed.FileFeed;

/** The bundled captures for tests that want real input wherever they run. */
public final class BundledFeeds {
  private BundledFeeds() {}

  /** Unpacks the stream and return path of a healthy pair into a folder. */
  public static FileFeed healthy(Path folder) {
    return UnpackedCapture.into(folder, BundledCapture.load("10.0-colo-verify-kvm")).feed();
  }
}
