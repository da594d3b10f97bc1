package org.colotape.recorder.simulation;

import java.util.Arrays;
import java.util.Locale;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.ColoMessageType;

/**
 * When the connection of a pair is lost: right behind a message, or, if a message announces RAM or
 * device state, in the middle of that. The SVM then goes on alone.
 *
 * @param message the last message
 * @param checkpoint its checkpoint
 */
public record ConnectionLoss(ColoMessageType message, int checkpoint) {
  /** How it is written. */
  public static final String SYNTAX = "MESSAGE@CHECKPOINT";

  /**
   * Reads what is written like {@code VMSTATE_SIZE@3} or {@code SIZE@3}.
   *
   * @throws ColotapeException if it is not
   */
  public static ConnectionLoss parse(String text) {
    int at = Math.max(0, text.indexOf('@'));
    String name = text.substring(0, at).replace('-', '_').toUpperCase(Locale.ROOT);
    ColoMessageType found =
        Arrays.stream(ColoMessageType.values())
            .filter(m -> m.name().equals(name) || m.name().endsWith("_" + name))
            .findFirst()
            .orElse(ColoMessageType.UNKNOWN);
    int checkpoint = number(text.substring(at + 1));
    if (found == ColoMessageType.UNKNOWN
        || checkpoint < 0
        || (checkpoint == 0) != (found == ColoMessageType.CHECKPOINT_READY)) {
      throw new ColotapeException(
          "'" + text + "' is not " + SYNTAX,
          "failover",
          "write READY@0, or REQUEST, REPLY, SEND, SIZE, RECEIVED or LOADED @ a checkpoint from 1"
              + " on");
    }
    return new ConnectionLoss(found, checkpoint);
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
