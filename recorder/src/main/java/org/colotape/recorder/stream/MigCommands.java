package org.colotape.recorder.stream;

/**
 * Commands of the migration stream (QEMU migration/savevm.c, enum qemu_vm_cmd and mig_cmd_args).
 */
enum MigCommands {
  OPEN_RETURN_PATH(1, 0, 0),
  PING(2, 4, 4),
  POSTCOPY_ADVISE(3, 0, 16),
  POSTCOPY_LISTEN(4, 0, 0),
  POSTCOPY_RUN(5, 0, 0),
  POSTCOPY_RAM_DISCARD(6, 3, 0xffff),
  PACKAGED(7, 4, 4),
  ENABLE_COLO(8, 0, 0),
  POSTCOPY_RESUME(9, 0, 0),
  RECV_BITMAP(10, 2, 256),
  SWITCHOVER_START(11, 0, 0);

  private static final int TYPE_AT = Long.SIZE - Byte.SIZE;
  private static final int COMMAND_AT = TYPE_AT - Short.SIZE;
  private static final int LENGTH_AT = COMMAND_AT - Short.SIZE;
  private static final MigCommands[] ALL = values();

  private final int number;
  private final int least;
  private final int most;

  MigCommands(int number, int least, int most) {
    this.number = number;
    this.least = least;
    this.most = most;
  }

  /** True if a payload of this many bytes is allowed. */
  boolean allows(int length) {
    return length >= least && length <= most;
  }

  static boolean known(int number) {
    return number >= 1 && number <= ALL.length;
  }

  /**
   * Whether a connection on which a postcopy migration goes on may begin with this word: it asks
   * for the bitmaps of received pages and then resumes (QEMU migration/migration.c,
   * postcopy_do_resume); the return path, and a PING on it, may come before.
   */
  static boolean mayResume(long word) {
    int number = (int) (word >>> COMMAND_AT) & 0xffff;
    int length = (int) (word >>> LENGTH_AT) & 0xffff;
    if (word >>> TYPE_AT != Wire.COMMAND || !known(number) || !of(number).allows(length)) {
      return false;
    }
    return switch (of(number)) {
      case OPEN_RETURN_PATH, PING, POSTCOPY_RESUME, RECV_BITMAP -> true;
      default -> false;
    };
  }

  /** The command with this number, which must be {@link #known}. */
  static MigCommands of(int number) {
    return ALL[number - 1];
  }

  int number() {
    return number;
  }
}
