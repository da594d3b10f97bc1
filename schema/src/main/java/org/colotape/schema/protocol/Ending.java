package org.colotape.schema.protocol;

import org.colotape.schema.event.Closing;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.MigrationEnd;
import org.colotape.schema.event.MigrationOutcome;
import org.colotape.schema.event.Section;
import org.colotape.schema.log.StreamBytes;
import org.colotape.schema.wire.MigrationCommand;
import org.colotape.schema.wire.ReturnPathMessage;

/**
 * Follows a migration to its end, and says how it ended as far as both sides told. A secondary
 * tells by SHUT (QEMU migration/migration.c, migrate_send_rp_shut), by READY and LOADED, and by the
 * way in which it leaves: who closes a connection of which it has not read all breaks it off. Used
 * by one thread.
 */
public final class Ending {
  private static final long NOT_TOLD = -1;

  private final Round round;
  private boolean returnPath;
  private boolean opened;
  private long shut = NOT_TOLD;
  private int checkpoint;
  private long passedOn;
  private String path = "before the header";

  /** How the bytes of each direction ended; UNKNOWN while they go on. */
  private Closing ofPrimary = Closing.UNKNOWN;

  private Closing ofSecondary = Closing.UNKNOWN;

  /** True if the secondary's direction ended before the primary's. */
  private boolean secondaryFirst;

  /**
   * @param round follows the same recording, and has seen each event before this is shown it
   */
  public Ending(Round round) {
    this.round = round;
  }

  /** Takes the next event of the recording. */
  public void see(Event event) {
    if (event.getKind() == Kind.RECORDING_START) {
      returnPath = event.getStart().getReturnPath();
    } else if (event.getDirection() == Direction.PVM_TO_SVM) {
      opened |= MigrationCommand.OPEN_RETURN_PATH.is(event);
      if (MigrationCommand.POSTCOPY_RESUME.is(event)) {
        goOn();
      } else if (event.getChannel() == 0) {
        main(event);
      }
    } else if (event.getDirection() == Direction.SVM_TO_PVM) {
      answer(event);
    }
  }

  /** True if the secondary could answer, and its answers were recorded. */
  public boolean isAnswerable() {
    return returnPath && (opened || round.isColo());
  }

  /** True if the secondary has said by a SHUT with 0 that it loaded the initial migration. */
  public boolean isLoaded() {
    return shut == 0;
  }

  /** How the migration ended, as far as was told until now. */
  public MigrationEnd end() {
    if (shut > 0) {
      return refused("the secondary told that its load failed: SHUT with " + shut);
    }
    return round.lastOfPrimary() == ColoMessageType.UNKNOWN ? ofMigration() : ofCheckpoints();
  }

  private MigrationEnd ofMigration() {
    boolean whole = round.mayEnd();
    if (whole && round.lastOfSecondary() == ColoMessageType.CHECKPOINT_READY) {
      return of(
          MigrationOutcome.CONFIRMED,
          "the secondary told that it has loaded the initial migration, and waits for checkpoints:"
              + " READY");
    }
    if (whole && isLoaded()) {
      return of(MigrationOutcome.CONFIRMED, "the secondary told that it has loaded all: SHUT");
    }
    if (isBroken() || (!whole && secondaryFirst && passedOn > 0)) {
      String how = isBroken() ? "broke off" : "closed";
      return refused("the secondary %s before it had read all".formatted(how));
    }
    if (!whole) {
      return of(MigrationOutcome.BROKEN, unfinished());
    }
    return of(
        MigrationOutcome.UNKNOWN,
        !returnPath
            ? "what the secondary answered was not recorded"
            : isAnswerable()
                ? "the secondary never told that it has loaded all"
                : "the primary opened no return path, so the secondary told nothing");
  }

  /** A pair in COLO goes on until a side is lost: between two checkpoints nothing is missing. */
  private MigrationEnd ofCheckpoints() {
    if (!round.mayEnd()) {
      return of(MigrationOutcome.BROKEN, unfinished());
    }
    if (!returnPath) {
      return of(MigrationOutcome.UNKNOWN, "what the secondary answered was not recorded");
    }
    if (round.stage() == Round.Stage.REQUESTED) {
      return !isReadyForMore()
          ? of(
              MigrationOutcome.UNKNOWN,
              "the secondary never told that it has loaded what came before checkpoint "
                  + checkpoint)
          : of(
              MigrationOutcome.CONFIRMED,
              "the secondary loaded all before checkpoint %d, of which nothing came"
                  .formatted(checkpoint));
    }
    return round.isLoaded()
        ? of(
            MigrationOutcome.CONFIRMED,
            "the secondary told that it has loaded checkpoint %d: LOADED".formatted(checkpoint))
        : of(
            MigrationOutcome.UNKNOWN,
            "the secondary never told that it has loaded checkpoint " + checkpoint);
  }

  /** True if the secondary has said that nothing of what came before a request is left to it. */
  private boolean isReadyForMore() {
    return round.hasReplied()
        || round.lastOfSecondary() == ColoMessageType.VMSTATE_LOADED
        || round.lastOfSecondary() == ColoMessageType.CHECKPOINT_READY;
  }

  private String unfinished() {
    String where = ", behind %d bytes, in %s".formatted(passedOn, path);
    return switch (ofPrimary) {
      case CLOSED, BROKEN_BY_SENDER -> "the primary went away in the midst" + where;
      case STOPPED -> "the recorder stopped in the midst" + where;
      case FILE_ENDED, FILE_UNREADABLE -> "the recorded bytes end in the midst" + where;
      case BROKEN_BY_RECEIVER, BROKEN, UNKNOWN -> "it stopped in the midst" + where;
    };
  }

  private boolean isBroken() {
    return ofSecondary == Closing.BROKEN_BY_SENDER || ofPrimary == Closing.BROKEN_BY_RECEIVER;
  }

  private void main(Event event) {
    if (event.getKind() == Kind.CHANNEL_END) {
      ofPrimary = event.getChannelEnd().getClosing();
      return;
    }
    passedOn = event.getStreamOffset() + StreamBytes.length(event);
    switch (event.getKind()) {
      case SECTION_START, DEVICE_STATE -> path = name(event.getSection());
      case SECTION_END -> path = "behind " + name(event.getSection());
      case END_OF_SECTIONS -> path = "behind the last section";
      case VM_DESCRIPTION -> path = "the VM description";
      case OPAQUE -> path = event.getOpaque().getPath();
      case COLO_MESSAGE -> {
        checkpoint = event.getCheckpoint();
        path = event.getMessage().getType() + " of checkpoint " + checkpoint;
      }
      default -> {
        // it stands in what was named before
      }
    }
  }

  /** A lost connection has been replaced: how it was lost is nothing to the migration. */
  private void goOn() {
    ofPrimary = Closing.UNKNOWN;
    ofSecondary = Closing.UNKNOWN;
    secondaryFirst = false;
  }

  private void answer(Event event) {
    if (event.getKind() == Kind.CHANNEL_END && event.getChannel() == 0) {
      ofSecondary = event.getChannelEnd().getClosing();
      secondaryFirst = ofSecondary == Closing.CLOSED && ofPrimary == Closing.UNKNOWN;
    } else if (ReturnPathMessage.SHUT.is(event)
        && event.getWire().remaining() == ReturnPathMessage.HEAD_BYTES + Integer.BYTES) {
      int at = event.getWire().position() + ReturnPathMessage.HEAD_BYTES;
      shut = Integer.toUnsignedLong(event.getWire().getInt(at));
    }
  }

  private MigrationEnd refused(String reason) {
    return new MigrationEnd(
        MigrationOutcome.REFUSED,
        "%s; %d bytes had been passed on to it, up to %s".formatted(reason, passedOn, path),
        passedOn,
        path);
  }

  private static MigrationEnd of(MigrationOutcome outcome, String reason) {
    return new MigrationEnd(outcome, reason, NOT_TOLD, "");
  }

  private static String name(Section section) {
    return "section %d (%s)".formatted(section.getId(), section.getName());
  }
}
