package org.colotape.recorder.stream;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.jspecify.annotations.Nullable;

/**
 * Parses a channel beside the main one, PVM to SVM. What kind it is, its first bytes tell (QEMU
 * migration/migration.c, migration_ioc_process_incoming), not its number: connections may be made
 * in any order.
 */
public final class ChannelParser implements ByteParser {
  /** Bytes that tell the role, and do not depend on what the main channel says. */
  public static final int ROLE_BYTES = Multifd.START_BYTES;

  private static final String NOT_MULTIFD =
      "not a multifd channel: further channels of other kinds are kept, not parsed";

  /** What a channel is for. */
  public enum Role {
    /** Its first bytes have not come yet. */
    UNKNOWN,
    /** Pages in packets, ordered by the main channel. */
    MULTIFD,
    /** Anything else. */
    OTHER
  }

  private final int channel;
  private final PageSize pageSize;
  private final Consumer<Event> events;
  private final ByteBuffer first = ByteBuffer.allocate(Integer.BYTES);
  private Role role = Role.UNKNOWN;
  private @Nullable ByteParser parser;

  /**
   * @param channel number of the channel that the bytes come from
   * @param pageSize page size of the migration, known when the first bytes behind those that tell
   *     the role come
   * @param events takes the events, in the order of their stream offsets
   */
  public ChannelParser(int channel, PageSize pageSize, Consumer<Event> events) {
    this.channel = channel;
    this.pageSize = pageSize;
    this.events = events;
  }

  /** What the channel is for, as far as its bytes have come. */
  public Role role() {
    return role;
  }

  @Override
  public void feed(ByteBuffer bytes) {
    while (parser == null && bytes.hasRemaining()) {
      first.put(bytes.get());
      if (!first.hasRemaining()) {
        choose();
      }
    }
    if (parser != null) {
      parser.feed(bytes);
    }
  }

  @Override
  public void end(String reason) {
    choose().end(reason);
  }

  private ByteParser choose() {
    ByteParser chosen = parser;
    if (chosen == null) {
      boolean multifd = !first.hasRemaining() && first.getInt(0) == (int) Multifd.MAGIC;
      role = multifd ? Role.MULTIFD : Role.OTHER;
      chosen =
          multifd
              ? new MultifdParser(channel, pageSize, events)
              : new UnparsedChannel(channel, Direction.PVM_TO_SVM, NOT_MULTIFD, events);
      chosen.feed(first.flip());
      parser = chosen;
    }
    return chosen;
  }
}
