package org.colotape.schema.protocol;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.VmDescription;
import org.colotape.schema.log.StreamBytes;
import org.colotape.schema.wire.ColoWord;
import org.colotape.schema.wire.MigrationCommand;
import org.jspecify.annotations.Nullable;

/**
 * Follows the rounds of COLO, and the initial migration before them, from the events of a recording
 * in their order. A round begins with the primary's REQUEST.
 *
 * <pre>
 *   primary    MIGRATING -> WHOLE -> REQUESTED -> SENDING -> ANNOUNCED -> WHOLE -> REQUESTED ...
 *   says                  EOF     REQUEST     VMSTATE_SEND  VMSTATE_SIZE  EOF
 *   secondary             READY           REPLY                          RECEIVED, LOADED
 * </pre>
 *
 * <p>It is one for all versions of QEMU: those up to 10.0 announce COLO with ENABLE_COLO, 11.1 does
 * not, and there the first message tells (QEMU migration/colo.c, colo_do_checkpoint_transaction and
 * colo_incoming_process_checkpoint). Used by one thread.
 */
public final class Round {
  /** How far the primary has come. */
  public enum Stage {
    /** It sends the initial migration. */
    MIGRATING,
    /** The initial migration, or the device state of a checkpoint, has come whole. */
    WHOLE,
    /** It has requested a checkpoint. */
    REQUESTED,
    /** It sends the RAM of a checkpoint. */
    SENDING,
    /** It has said how much device state it sends. */
    ANNOUNCED
  }

  private static final long NONE = -1;

  private Stage stage = Stage.MIGRATING;
  private boolean enabled;
  private boolean spoken;
  private boolean ends;
  private long packageEnd = NONE;
  private ColoMessageType last = ColoMessageType.UNKNOWN;
  private ColoMessageType primary = ColoMessageType.UNKNOWN;
  private ColoMessageType secondary = ColoMessageType.UNKNOWN;
  private ColoMessageType answer = ColoMessageType.UNKNOWN;

  /** Takes the next event of the recording. */
  public void see(Event event) {
    switch (event.getDirection()) {
      case PVM_TO_SVM -> ofPrimary(event);
      case SVM_TO_PVM -> ofSecondary(event);
      case NONE -> ofRecorder(event);
    }
  }

  /** How far the primary has come. */
  public Stage stage() {
    return stage;
  }

  /** True if the stream announced COLO, or a side has sent a COLO message. */
  public boolean isColo() {
    return enabled || spoken;
  }

  /** True if the initial migration has come whole. */
  public boolean isMigrated() {
    return stage != Stage.MIGRATING;
  }

  /** True if the device state of this round has come whole. */
  public boolean hasArrived() {
    return stage == Stage.WHOLE && primary == ColoMessageType.VMSTATE_SIZE;
  }

  /** True if the secondary has said that it has received this round: RECEIVED, or LOADED behind. */
  public boolean isConfirmed() {
    return answer == ColoMessageType.VMSTATE_RECEIVED || isLoaded();
  }

  /** True if the secondary's last word in this round is that it has stopped: REPLY. */
  public boolean hasReplied() {
    return answer == ColoMessageType.CHECKPOINT_REPLY;
  }

  /** True if the secondary has said that it has loaded this round. */
  public boolean isLoaded() {
    return answer == ColoMessageType.VMSTATE_LOADED;
  }

  /**
   * True if the main channel may end here: nothing is missing of what the primary has begun, or it
   * has requested a checkpoint of which nothing came.
   */
  public boolean mayEnd() {
    return ends;
  }

  /** The last message of either side; UNKNOWN before the first. */
  public ColoMessageType last() {
    return last;
  }

  /** The last message of the primary; UNKNOWN before the first. */
  public ColoMessageType lastOfPrimary() {
    return primary;
  }

  /** The last message of the secondary; UNKNOWN before the first. */
  public ColoMessageType lastOfSecondary() {
    return secondary;
  }

  /** What must come next, of either side; null if that can't be said. */
  public @Nullable ColoMessageType awaited() {
    return ColoWord.next(last);
  }

  /** Writes all that it knows, for {@link #load}. */
  public void save(DataOutput out) throws IOException {
    out.writeUTF(stage.name());
    out.writeBoolean(enabled);
    out.writeBoolean(spoken);
    out.writeBoolean(ends);
    out.writeLong(packageEnd);
    out.writeUTF(last.name());
    out.writeUTF(primary.name());
    out.writeUTF(secondary.name());
    out.writeUTF(answer.name());
  }

  /** Reads what {@link #save} wrote. */
  public void load(DataInput in) throws IOException {
    stage = Stage.valueOf(in.readUTF());
    enabled = in.readBoolean();
    spoken = in.readBoolean();
    ends = in.readBoolean();
    packageEnd = in.readLong();
    last = ColoMessageType.valueOf(in.readUTF());
    primary = ColoMessageType.valueOf(in.readUTF());
    secondary = ColoMessageType.valueOf(in.readUTF());
    answer = ColoMessageType.valueOf(in.readUTF());
  }

  private void ofPrimary(Event event) {
    boolean main = event.getChannel() == 0;
    switch (event.getKind()) {
      // of a migration that went on after a lost connection it comes on another channel
      case END_OF_SECTIONS -> endOfSections(event);
      case COLO_MESSAGE -> {
        if (main) {
          message(event.getMessage().getType());
        }
      }
      case VM_DESCRIPTION -> {
        if (main) {
          ends = stage == Stage.WHOLE && isWhole(event);
        }
      }
      case MIG_COMMAND -> command(event);
      case CHANNEL_END -> {
        // it says that nothing more comes, and is nothing that does
      }
      default -> {
        if (main) {
          goOn();
        }
      }
    }
  }

  /** Something comes that is not over; behind a whole checkpoint its messages were lost. */
  private void goOn() {
    ends = false;
    if (stage == Stage.WHOLE && isColo()) {
      stage = Stage.SENDING;
    }
  }

  private void command(Event event) {
    enabled |= MigrationCommand.ENABLE_COLO.is(event);
    if (MigrationCommand.PACKAGED.is(event) && event.getWire().remaining() >= Integer.BYTES) {
      int lengthAt = event.getWire().limit() - Integer.BYTES;
      long length = Integer.toUnsignedLong(event.getWire().getInt(lengthAt));
      packageEnd = event.getStreamOffset() + event.getWire().remaining() + length;
    }
    if (event.getChannel() == 0) {
      goOn();
    }
  }

  private void endOfSections(Event event) {
    boolean packaged = event.getChannel() == 0 && event.getStreamOffset() < packageEnd;
    if (!packaged && (stage == Stage.MIGRATING || stage == Stage.ANNOUNCED)) {
      stage = Stage.WHOLE;
      ends = true;
    }
  }

  private static boolean isWhole(Event event) {
    VmDescription piece = event.getDescription();
    return piece.getPosition() + StreamBytes.length(event) >= piece.getLength();
  }

  private void message(ColoMessageType message) {
    spoken = true;
    last = message;
    primary = message;
    answer = ColoMessageType.UNKNOWN;
    switch (message) {
      case CHECKPOINT_REQUEST -> stage = Stage.REQUESTED;
      case VMSTATE_SEND -> stage = Stage.SENDING;
      case VMSTATE_SIZE -> stage = Stage.ANNOUNCED;
      case CHECKPOINT_READY, CHECKPOINT_REPLY, VMSTATE_RECEIVED, VMSTATE_LOADED, UNKNOWN -> {
        // the primary sends none of these
      }
    }
    ends = message == ColoMessageType.CHECKPOINT_REQUEST;
  }

  private void ofSecondary(Event event) {
    if (event.getKind() == Kind.COLO_MESSAGE) {
      spoken = true;
      last = event.getMessage().getType();
      secondary = last;
      answer = last;
    }
  }

  private void ofRecorder(Event event) {
    if (event.getKind() == Kind.START_STATE) {
      enabled |= event.getStartState().getColo();
      stage = Stage.WHOLE;
    }
  }
}
