package org.colotape.replayer.playback;

import java.util.Locale;
import org.colotape.schema.ColotapeException;

/** How fast a recording is played back. */
public enum Pace {
  /** As it was captured. */
  RECORDED,
  /** As fast as the secondary takes it. */
  FAST,
  /** A checkpoint at a time. */
  STEP;

  /**
   * The pace of that name.
   *
   * @throws ColotapeException if there is none
   */
  public static Pace named(String name) {
    for (Pace pace : values()) {
      if (pace.name().toLowerCase(Locale.ROOT).equals(name)) {
        return pace;
      }
    }
    throw new ColotapeException("not a pace", name, "use recorded, fast or step");
  }
}
