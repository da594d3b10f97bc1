package org.colotape.recorder.feed;

import java.nio.ByteBuffer;
import org.colotape.recorder.stream.ChannelParser;
import org.colotape.schema.wire.MultifdFormat;
import org.colotape.schema.wire.StreamFormat;

/**
 * What a connection is by the first bytes that it says, as a secondary tells its connections apart
 * (QEMU migration/migration.c, migration_ioc_process_incoming).
 */
enum Opening {
  /** It has not said enough. */
  UNDECIDED,
  /** The main channel of a migration. */
  STREAM,
  /** The main channel again, on which a lost postcopy goes on. */
  RESUMED,
  /** A multifd channel: all that leads it has come. */
  MULTIFD,
  /** Pages that the secondary asked for in postcopy. */
  PREEMPT,
  /** Any of these inside of TLS: the first record of a handshake. */
  TLS,
  /** Nothing that belongs to a migration. */
  FOREIGN;

  /** Bytes that are enough to tell. */
  static final int MOST_BYTES = MultifdFormat.START_BYTES;

  /** Leads the records of a handshake, with the major version (RFC 8446, 5.1). */
  private static final int HANDSHAKE = 22;

  private static final int TLS_MAJOR = 3;
  private static final int TLS_LEAD_BYTES = 2;

  /** What these bytes say, from the first up to the buffer's position. */
  static Opening of(ByteBuffer said) {
    int length = said.position();
    if (length == 0) {
      return UNDECIDED;
    }
    if (said.get(0) == HANDSHAKE) {
      return tls(said, length);
    }
    if (agrees(said, StreamFormat.MAGIC)) {
      return length < Integer.BYTES ? UNDECIDED : STREAM;
    }
    if (agrees(said, MultifdFormat.MAGIC)) {
      return multifd(said, length);
    }
    // the words that lead the other channels begin with a command, or with a zero of an offset
    if (said.get(0) != StreamFormat.COMMAND && said.get(0) != 0) {
      return FOREIGN;
    }
    return length < ChannelParser.ROLE_BYTES ? UNDECIDED : role(said.getLong(0));
  }

  private static Opening tls(ByteBuffer said, int length) {
    if (length < TLS_LEAD_BYTES) {
      return UNDECIDED;
    }
    return said.get(1) == TLS_MAJOR ? TLS : FOREIGN;
  }

  private static Opening multifd(ByteBuffer said, int length) {
    if (length >= 2 * Integer.BYTES && said.getInt(Integer.BYTES) != MultifdFormat.VERSION) {
      return FOREIGN;
    }
    return length < MultifdFormat.START_BYTES ? UNDECIDED : MULTIFD;
  }

  private static Opening role(long word) {
    return switch (ChannelParser.roleOf(word)) {
      case PREEMPT -> PREEMPT;
      case RESUMED -> RESUMED;
      case MULTIFD, OTHER, UNKNOWN -> FOREIGN;
    };
  }

  /** Whether all that was said of the first four bytes is this number's. */
  private static boolean agrees(ByteBuffer said, long number) {
    for (int i = 0; i < Math.min(said.position(), Integer.BYTES); i++) {
      if (said.get(i) != (byte) (number >>> (Integer.SIZE - Byte.SIZE * (i + 1)))) {
        return false;
      }
    }
    return true;
  }
}
