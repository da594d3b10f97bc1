package org.colotape.recorder.feed;

import java.nio.ByteBuffer;
import java.util.List;
import org.colotape.recorder.stream.PageSize;
import org.colotape.recorder.stream.StreamParser;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.SectionType;
import org.colotape.schema.wire.MigrationCommand;

/**
 * What leads a main channel, up to the first section that is gone on with. It tells whether
 * postcopy may follow (QEMU migration/migration.c, migration_thread); and while it is sent, the
 * source opens its multifd channels, and has each send its first bytes before the main one goes on
 * (migration/multifd.c, multifd_send_sync_main).
 */
final class Beginning {
  /** Of a migration of which nothing more has to be known. */
  static final Beginning NONE = new Beginning(true, false);

  /** More than the list of all RAM blocks takes. */
  private static final int MOST_BYTES = 1 << 20;

  private final StreamParser parser = new StreamParser(0, List.of(), new PageSize(), this::see);
  private int seen;
  private volatile boolean over;
  private volatile boolean sectionBegan;
  private volatile boolean postcopy;

  private Beginning(boolean over, boolean postcopy) {
    this.over = over;
    this.postcopy = postcopy;
  }

  /** The beginning of a main channel of which this is known. */
  static Beginning of(Opening opening) {
    return switch (opening) {
      case STREAM -> new Beginning(false, false);
      case RESUMED -> new Beginning(true, true);
      default -> NONE;
    };
  }

  /** True if no more of it has to be seen. */
  boolean isOver() {
    return over;
  }

  /** True if the source has said whether it may go over to postcopy. */
  boolean isKnown() {
    return over || sectionBegan;
  }

  /** True if the source has said that it may go over to postcopy. */
  boolean isPostcopy() {
    return postcopy;
  }

  /** Looks at the next bytes, which stay as they are. */
  void see(ByteBuffer bytes) {
    int length = Math.min(bytes.remaining(), MOST_BYTES - seen);
    seen += length;
    parser.feed(bytes.slice(bytes.position(), length));
    over |= seen == MOST_BYTES;
  }

  private void see(Event event) {
    if (MigrationCommand.POSTCOPY_ADVISE.is(event)) {
      postcopy = true;
    } else if (event.getKind() == Kind.SECTION_START) {
      sectionBegan = true;
      over |= event.getSection().getType() != SectionType.START;
    }
  }
}
