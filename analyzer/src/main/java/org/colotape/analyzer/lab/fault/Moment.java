package org.colotape.analyzer.lab.fault;

import java.util.Arrays;
import java.util.Locale;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.ColoMessageType;
import org.jspecify.annotations.Nullable;

/** A moment of a checkpoint: one of its messages passes, or its first page. */
public enum Moment {
  /** The primary asks for a checkpoint. */
  REQUEST(ColoMessageType.CHECKPOINT_REQUEST),
  /** The secondary has stopped. */
  REPLY(ColoMessageType.CHECKPOINT_REPLY),
  /** The primary has stopped and will send its state. */
  VMSTATE_SEND(ColoMessageType.VMSTATE_SEND),
  /** The first page of the checkpoint, or where those are that travel on channels of their own. */
  PAGES(null),
  /** The length of the device state. */
  VMSTATE_SIZE(ColoMessageType.VMSTATE_SIZE),
  /** The secondary has received all. */
  VMSTATE_RECEIVED(ColoMessageType.VMSTATE_RECEIVED),
  /** The secondary runs on. */
  VMSTATE_LOADED(ColoMessageType.VMSTATE_LOADED);

  /** All moments, for a command line. */
  public static final String SYNTAX =
      "REQUEST|REPLY|VMSTATE_SEND|PAGES|VMSTATE_SIZE|VMSTATE_RECEIVED|VMSTATE_LOADED";

  private final @Nullable ColoMessageType message;

  Moment(@Nullable ColoMessageType message) {
    this.message = message;
  }

  /**
   * Reads {@link #SYNTAX}, in whatever case.
   *
   * @throws ColotapeException if there is no such moment
   */
  public static Moment named(String name) {
    String wanted = name.toUpperCase(Locale.ROOT).replace('-', '_');
    return Arrays.stream(values())
        .filter(moment -> moment.name().equals(wanted))
        .findFirst()
        .orElseThrow(() ->
            new ColotapeException(
                "no such message of a checkpoint", name, "take one of " + SYNTAX));
  }

  /** True if the secondary says it. */
  public boolean isAnswer() {
    return switch (this) {
      case REPLY, VMSTATE_RECEIVED, VMSTATE_LOADED -> true;
      case REQUEST, VMSTATE_SEND, PAGES, VMSTATE_SIZE -> false;
    };
  }

  /** The moment at which a message passes; null for READY, and what is no message. */
  static @Nullable Moment of(ColoMessageType message) {
    return Arrays.stream(values())
        .filter(moment -> moment.message == message)
        .findFirst()
        .orElse(null);
  }
}
