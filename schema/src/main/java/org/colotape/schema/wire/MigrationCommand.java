package org.colotape.schema.wire;

import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.MigCommand;
import org.jspecify.annotations.Nullable;

/**
 * Commands of the migration stream (QEMU migration/savevm.c, enum qemu_vm_cmd and mig_cmd_args).
 */
public enum MigrationCommand {
  /** The secondary may answer. */
  OPEN_RETURN_PATH(1, 0, 0),
  /** Asks for a PONG with the same number. */
  PING(2, 4, 4),
  /** Postcopy may follow. */
  POSTCOPY_ADVISE(3, 0, 16),
  /** The secondary shall serve page faults. */
  POSTCOPY_LISTEN(4, 0, 0),
  /** The secondary's guest shall run. */
  POSTCOPY_RUN(5, 0, 0),
  /** What was received of these pages is stale. */
  POSTCOPY_RAM_DISCARD(6, 3, 0xffff),
  /** Stream of a stated length that is loaded at once. */
  PACKAGED(7, 4, 4),
  /** The secondary makes its COLO cache (QEMU 2.8 to 10.0). */
  ENABLE_COLO(8, 0, 0),
  /** The lost postcopy migration goes on. */
  POSTCOPY_RESUME(9, 0, 0),
  /** Asks which pages of a block were received. */
  RECV_BITMAP(10, 2, 256),
  /** The source has stopped; the last RAM follows. */
  SWITCHOVER_START(11, 0, 0);

  private static final int TYPE_AT = Long.SIZE - Byte.SIZE;
  private static final int COMMAND_AT = TYPE_AT - Short.SIZE;
  private static final int LENGTH_AT = COMMAND_AT - Short.SIZE;
  private static final MigrationCommand[] ALL = values();

  private final int number;
  private final int least;
  private final int most;

  MigrationCommand(int number, int least, int most) {
    this.number = number;
    this.least = least;
    this.most = most;
  }

  /** True if a payload of this many bytes is allowed. */
  public boolean allows(int length) {
    return length >= least && length <= most;
  }

  /** True if a command has this number. */
  public static boolean known(int number) {
    return number >= 1 && number <= ALL.length;
  }

  /**
   * Whether a connection on which a postcopy migration goes on may begin with this word: it asks
   * for the bitmaps of received pages and then resumes (QEMU migration/migration.c,
   * postcopy_do_resume); the return path, and a PING on it, may come before.
   */
  public static boolean mayResume(long word) {
    int number = (int) (word >>> COMMAND_AT) & 0xffff;
    int length = (int) (word >>> LENGTH_AT) & 0xffff;
    if (word >>> TYPE_AT != StreamFormat.COMMAND || !known(number) || !of(number).allows(length)) {
      return false;
    }
    return switch (of(number)) {
      case OPEN_RETURN_PATH, PING, POSTCOPY_RESUME, RECV_BITMAP -> true;
      default -> false;
    };
  }

  /** The command with this number, which must be {@link #known}. */
  public static MigrationCommand of(int number) {
    return ALL[number - 1];
  }

  /** The command of an event; null if none is known that has its number. */
  public static @Nullable MigrationCommand of(MigCommand command) {
    return known(command.getCommand()) ? of(command.getCommand()) : null;
  }

  /** True if the event is this command. */
  public boolean is(Event event) {
    return event.getKind() == Kind.MIG_COMMAND && event.getCommand().getCommand() == number;
  }

  /** Its number on the wire. */
  public int number() {
    return number;
  }
}
