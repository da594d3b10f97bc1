package org.colotape.recorder.feed;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.colotape.recorder.stream.ByteParser;
import org.colotape.recorder.stream.ChannelParser;
import org.colotape.recorder.stream.ChannelParser.Role;
import org.colotape.recorder.stream.StreamParser;
import org.colotape.schema.event.Closing;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.MultifdPacket;
import org.jspecify.annotations.Nullable;

/** A further channel: its parser, the events that wait for their turn, and how far it has come. */
final class Lane {
  private final ChannelParser parser;
  private final Queue<Event> held = new ArrayDeque<>();
  private boolean ended;

  /** Number of the channel's SYNC packets that have passed. */
  private long syncs;

  /** Number of the last of them, unsigned. */
  private long lastSync;

  /** Bytes were lost since then, and a SYNC may have been among them. */
  private boolean doubtful;

  /** What is still to pass of the packet that is passing. */
  private long pagesLeft;

  private long dataLeft;
  private boolean syncPassing;

  Lane(int channel, StreamParser main) {
    parser = new ChannelParser(channel, main, held::add);
  }

  /** The channel's parser, to whose events {@code then} is run. */
  ByteParser parser(Runnable then) {
    return new ByteParser() {
      @Override
      public void feed(ByteBuffer bytes) {
        parser.feed(bytes);
        then.run();
      }

      @Override
      public void end(Closing closing, String reason) {
        parser.end(closing, reason);
        then.run();
      }
    };
  }

  /** What the channel is for. */
  Role role() {
    return parser.role();
  }

  /** True if the bytes that tell what the channel is for have not come yet. */
  boolean isUnknown() {
    return parser.role() == Role.UNKNOWN;
  }

  /** True if the main channel orders this one. */
  boolean isOrdered() {
    return parser.role() == Role.MULTIFD;
  }

  /** True if all of it has passed. */
  boolean isOver() {
    return ended;
  }

  /** True if an event waits. */
  boolean holds() {
    return !held.isEmpty();
  }

  /** Number of the channel's SYNC packets that have passed. */
  long syncs() {
    return syncs;
  }

  /** Number of the last of them, unsigned. */
  long lastSync() {
    return lastSync;
  }

  /** True if a SYNC may have been lost since the last one. */
  boolean isDoubtful() {
    return doubtful;
  }

  /** Takes a SYNC that was lost as if it had passed. */
  void assumeSync() {
    syncs++;
    doubtful = false;
  }

  /** True if a packet is passing, and has not passed wholly. */
  boolean isPassing() {
    return pagesLeft > 0 || dataLeft > 0;
  }

  /** True if a packet waits that has its place among those of all channels. */
  boolean isNumbered() {
    Event next = held.peek();
    return next != null
        && next.getKind() == Kind.MULTIFD_PACKET
        && next.getPacket().getDevice().isEmpty();
  }

  /** Unsigned number of the packet that waits, if {@link #isNumbered}. */
  long number() {
    return held.element().getPacket().getNumber();
  }

  /** The next event, which passes now; null if none waits. */
  @Nullable Event pass() {
    Event event = held.poll();
    if (event != null) {
      follow(event);
    }
    return event;
  }

  private void follow(Event event) {
    switch (event.getKind()) {
      case MULTIFD_PACKET -> begin(event.getPacket());
      case PAGE -> {
        pagesLeft -= event.getPage().getPages();
        dataLeft -= event.getWire().remaining();
      }
      case MULTIFD_DATA -> dataLeft -= event.getWire().remaining();
      case OPAQUE -> {
        doubtful = true;
        abandon();
      }
      case CHANNEL_END -> {
        ended = true;
        abandon();
      }
      default -> {}
    }
    if (syncPassing && !isPassing()) {
      syncPassing = false;
      syncs++;
      doubtful = false;
    }
  }

  private void begin(MultifdPacket packet) {
    boolean decodable =
        switch (packet.getMethod()) {
          case NONE, ZLIB, ZSTD -> true;
          case QPL, UADK, QATZIP, UNKNOWN -> false;
        };
    pagesLeft = (long) packet.getZeroPages() + (decodable ? packet.getNormalPages() : 0);
    dataLeft = packet.getDataLength();
    // one that came before already was repeated by damage
    boolean fresh = syncs == 0 || Long.compareUnsigned(packet.getNumber(), lastSync) > 0;
    syncPassing = packet.getSync() && fresh;
    if (syncPassing) {
      lastSync = packet.getNumber();
    }
  }

  private void abandon() {
    pagesLeft = 0;
    dataLeft = 0;
  }
}
