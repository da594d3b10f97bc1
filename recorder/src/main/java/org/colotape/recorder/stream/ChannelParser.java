package org.colotape.recorder.stream;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.colotape.schema.event.Closing;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.wire.MigrationCommand;
import org.colotape.schema.wire.MultifdFormat;
import org.jspecify.annotations.Nullable;

/**
 * Parses a channel beside the main one, PVM to SVM. What kind it is, its first bytes tell (QEMU
 * migration/migration.c, migration_ioc_process_incoming), not its number: connections may be made
 * in any order.
 */
public final class ChannelParser implements ByteParser {
  /** Bytes that tell the role, and of which no event is made before more come. */
  public static final int ROLE_BYTES = Long.BYTES;

  private static final String OF_NO_KNOWN_KIND =
      "further channels that are neither multifd's nor postcopy's are kept, not parsed";

  /** What a channel is for. */
  public enum Role {
    /** Its first bytes have not come yet. */
    UNKNOWN,
    /** Pages in packets, ordered by the main channel. */
    MULTIFD,
    /** Pages that the secondary asked for in postcopy. */
    PREEMPT,
    /** The main channel again, after its connection was lost in postcopy. */
    RESUMED,
    /** Anything else. */
    OTHER
  }

  private final int channel;
  private final StreamParser main;
  private final Consumer<Event> events;
  private final ByteBuffer first = ByteBuffer.allocate(ROLE_BYTES);
  private Role role = Role.UNKNOWN;
  private @Nullable ByteParser parser;

  /**
   * @param channel number of the channel that the bytes come from
   * @param main parser of the main channel: what it has learnt when the first bytes behind those
   *     that tell the role come decides how they are read
   * @param events takes the events, in the order of their stream offsets
   */
  public ChannelParser(int channel, StreamParser main, Consumer<Event> events) {
    this.channel = channel;
    this.main = main;
    this.events = events;
  }

  /** What the channel is for, as far as its bytes have come. */
  public Role role() {
    return role;
  }

  @Override
  public void feed(ByteBuffer bytes) {
    while (first.hasRemaining() && bytes.hasRemaining()) {
      first.put(bytes.get());
    }
    if (role == Role.UNKNOWN && !first.hasRemaining()) {
      role = roleOf(first.getLong(0));
    }
    if (bytes.hasRemaining()) {
      parser().feed(bytes);
    }
  }

  @Override
  public void end(Closing closing, String reason) {
    if (role == Role.UNKNOWN) {
      role = Role.OTHER;
    }
    parser().end(closing, reason);
  }

  /** What a channel is for that begins with this word. */
  public static Role roleOf(long word) {
    if (word >>> Integer.SIZE == MultifdFormat.MAGIC) {
      return Role.MULTIFD;
    }
    if (PreemptParser.mayBegin(word)) {
      return Role.PREEMPT;
    }
    return MigrationCommand.mayResume(word) ? Role.RESUMED : Role.OTHER;
  }

  private ByteParser parser() {
    ByteParser chosen = parser;
    if (chosen == null) {
      chosen =
          switch (role) {
            case MULTIFD -> new MultifdParser(channel, main.pageSize(), events);
            case PREEMPT -> new PreemptParser(channel, main.pageSize(), events);
            case RESUMED -> main.resumed(channel, events);
            case UNKNOWN, OTHER ->
                new UnparsedChannel(channel, Direction.PVM_TO_SVM, OF_NO_KNOWN_KIND, events);
          };
      parser = chosen;
      chosen.feed(first.flip());
    }
    return chosen;
  }
}
