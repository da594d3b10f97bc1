package org.colotape.recorder.stream;

/**
 * Framed messages of the return path (QEMU migration/migration.h, enum mig_rp_message_type;
 * rp_cmd_args).
 */
enum ReturnMessages {
  SHUT(1, 4, 4),
  PONG(2, 4, 4),
  REQ_PAGES_ID(3, 13, 12 + 256),
  REQ_PAGES(4, 12, 12),
  RECV_BITMAP(5, 2, 256),
  RESUME_ACK(6, 4, 4),
  SWITCHOVER_ACK(7, 0, 0);

  private static final ReturnMessages[] ALL = values();

  private final int number;
  private final int least;
  private final int most;

  ReturnMessages(int number, int least, int most) {
    this.number = number;
    this.least = least;
    this.most = most;
  }

  /** True if a payload of this many bytes is allowed. */
  boolean allows(int length) {
    return length >= least && length <= most;
  }

  /** True if this is a message that has no more behind its payload, with such a payload. */
  static boolean isWhole(int number, int length) {
    return known(number) && number != RECV_BITMAP.number && of(number).allows(length);
  }

  static boolean known(int number) {
    return number >= 1 && number <= ALL.length;
  }

  /** The message with this number, which must be {@link #known}. */
  static ReturnMessages of(int number) {
    return ALL[number - 1];
  }

  int number() {
    return number;
  }
}
