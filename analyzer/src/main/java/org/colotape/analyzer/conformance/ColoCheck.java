package org.colotape.analyzer.conformance;

import java.util.List;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.wire.ColoWord;
import org.jspecify.annotations.Nullable;

/** The COLO messages of both sides, and that each waits for the other. */
final class ColoCheck implements Check {
  static final Rule NOT_ENABLED =
      Rule.error(
          "colo-not-enabled",
          "COLO messages come in a stream that has sent ENABLE_COLO, or since QEMU 11.1 has opened"
              + " a return path.",
          "migration/savevm.c, qemu_savevm_send_colo_enable; migration/options.c,"
              + " migrate_caps_check");

  static final Rule PRIMARY =
      Rule.error(
          "colo-primary-order",
          "The primary sends REQUEST, VMSTATE_SEND, the RAM, VMSTATE_SIZE, and so on.",
          "migration/colo.c, colo_do_checkpoint_transaction");

  static final Rule SECONDARY =
      Rule.error(
          "colo-secondary-order",
          "The secondary sends READY once, then REPLY, VMSTATE_RECEIVED, VMSTATE_LOADED, and so"
              + " on.",
          "migration/colo.c, colo_process_incoming_thread, colo_incoming_process_checkpoint");

  /** Several requests for one burst of notifications: bug 21. */
  static final Rule EARLY_REQUEST =
      Rule.error(
          "colo-request-early",
          "The primary requests a checkpoint when the one before is loaded (bug 21).",
          "migration/colo.c, colo_do_checkpoint_transaction");

  static final Rule EARLY_SEND =
      Rule.error(
          "colo-send-early",
          "The primary sends state when the secondary has replied, and so has stopped.",
          "migration/colo.c, colo_do_checkpoint_transaction");

  /** Flushing before the device state has arrived is bug 17. */
  static final Rule EARLY_ANSWER =
      Rule.error(
          "colo-answer-early",
          "The secondary answers what the primary has sent: VMSTATE_RECEIVED means all of the state"
              + " (bug 17, I5, I9).",
          "migration/colo.c, colo_incoming_process_checkpoint");

  static final Rule NOT_READY =
      Rule.warning(
          "colo-not-ready",
          "A secondary that has loaded the initial migration says READY (bug 39).",
          "migration/colo.c, colo_process_incoming_thread");

  static final Rule UNANSWERED =
      Rule.warning(
          "colo-unanswered",
          "A checkpoint whose state was sent is received and loaded, unless a side died.",
          "migration/colo.c, colo_do_checkpoint_transaction");

  static final List<Rule> RULES =
      List.of(
          NOT_ENABLED,
          PRIMARY,
          SECONDARY,
          EARLY_REQUEST,
          EARLY_SEND,
          EARLY_ANSWER,
          NOT_READY,
          UNANSWERED);

  private final Facts facts;
  private boolean returnPath;
  private ColoMessageType primary = ColoMessageType.UNKNOWN;
  private ColoMessageType secondary = ColoMessageType.UNKNOWN;

  /** True when all of the blob that VMSTATE_SIZE announced has come. */
  private boolean stateSent;

  /** True if a direction lost bytes, so that a message may be among them. */
  private boolean primaryLost;

  private boolean secondaryLost;

  /** A REQUEST that came before the secondary's last word, if that word comes. */
  private @Nullable Place early;

  ColoCheck(Facts facts) {
    this.facts = facts;
  }

  @Override
  public void see(Event event, Findings findings) {
    if (event.getChannel() != 0) {
      return;
    }
    if (event.getKind() == Kind.RECORDING_START) {
      returnPath = event.getStart().getReturnPath();
    } else if (event.getKind() == Kind.START_STATE) {
      // what was said before an excerpt is not in it
      primaryLost = true;
      secondaryLost = true;
    } else if (event.getDirection() == Direction.PVM_TO_SVM) {
      ofPrimary(event, findings);
    } else if (event.getDirection() == Direction.SVM_TO_PVM) {
      ofSecondary(event, findings);
    }
  }

  private void ofPrimary(Event event, Findings findings) {
    switch (event.getKind()) {
      case OPAQUE -> primaryLost = true;
      case END_OF_SECTIONS -> stateSent |= primary == ColoMessageType.VMSTATE_SIZE;
      case COLO_MESSAGE -> {
        primary(event, event.getMessage().getType(), findings);
        primaryLost = false;
      }
      default -> {}
    }
  }

  private void primary(Event event, ColoMessageType message, Findings findings) {
    if (!facts.coloEnabled && !facts.returnPathOpened && primary == ColoMessageType.UNKNOWN) {
      findings.add(NOT_ENABLED, event, message + " without ENABLE_COLO or a return path");
    }
    ColoMessageType expected = ColoWord.behindOfPrimary(primary);
    if (message != expected && !primaryLost) {
      findings.add(PRIMARY, event, message + " where " + expected + " must come");
    }
    if (returnPath && !secondaryLost) {
      waitsFor(event, message, findings);
    }
    primary = message;
    stateSent = false;
  }

  private void waitsFor(Event event, ColoMessageType message, Findings findings) {
    if (message == ColoMessageType.CHECKPOINT_REQUEST
        && secondary != ColoMessageType.CHECKPOINT_READY
        && secondary != ColoMessageType.VMSTATE_LOADED) {
      early = findings.place(event);
    }
    if (message == ColoMessageType.VMSTATE_SEND && secondary != ColoMessageType.CHECKPOINT_REPLY) {
      findings.add(EARLY_SEND, event, message + " while the secondary's last word is " + last());
    }
  }

  private String last() {
    return secondary == ColoMessageType.UNKNOWN ? "none" : secondary.toString();
  }

  private void ofSecondary(Event event, Findings findings) {
    switch (event.getKind()) {
      case OPAQUE -> secondaryLost = true;
      case COLO_MESSAGE -> {
        Place request = early;
        if (request != null) {
          findings.add(
              EARLY_REQUEST,
              request,
              "CHECKPOINT_REQUEST while the secondary's last word is " + last());
          early = null;
        }
        secondary(event, event.getMessage().getType(), findings);
        secondaryLost = false;
      }
      case CHANNEL_END -> atEnd(event, findings);
      default -> {}
    }
  }

  private void secondary(Event event, ColoMessageType message, Findings findings) {
    ColoMessageType expected =
        secondary == ColoMessageType.UNKNOWN
            ? ColoMessageType.CHECKPOINT_READY
            : ColoWord.behind(secondary);
    if (message != expected && !secondaryLost) {
      findings.add(SECONDARY, event, message + " where " + expected + " must come");
    } else if (!primaryLost && !facts.damaged) {
      answers(event, message, findings);
    }
    secondary = message;
  }

  private void answers(Event event, ColoMessageType message, Findings findings) {
    boolean tooEarly =
        switch (message) {
          case CHECKPOINT_READY -> !facts.migrated;
          case CHECKPOINT_REPLY -> primary != ColoMessageType.CHECKPOINT_REQUEST;
          case VMSTATE_RECEIVED -> !stateSent;
          default -> false;
        };
    if (tooEarly) {
      findings.add(
          EARLY_ANSWER,
          event,
          message
              + " while the primary's last word is "
              + (primary == ColoMessageType.UNKNOWN ? "none" : primary));
    }
  }

  private void atEnd(Event event, Findings findings) {
    if (secondaryLost) {
      return;
    }
    if (facts.coloEnabled && facts.migrated && secondary == ColoMessageType.UNKNOWN) {
      findings.add(NOT_READY, event, "the migration is complete, but READY never came");
    } else if (early != null) {
      findings.add(
          UNANSWERED,
          early,
          "CHECKPOINT_REQUEST although the secondary's last word is %s, and stays it"
              .formatted(last()));
    } else if (stateSent && secondary != ColoMessageType.VMSTATE_LOADED) {
      findings.add(
          UNANSWERED,
          event,
          "the state of a checkpoint was sent, but the secondary's last word is " + last());
    }
  }
}
