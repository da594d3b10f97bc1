package org.colotape.recorder.session;

import java.util.HashMap;
import java.util.Map;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Page;

/**
 * Tells pages and data of multifd packets the seq of their packet's event, which parsers can't know
 * because seq is given here. They need not: what comes of a packet follows it on its channel, up to
 * the next packet.
 */
final class PacketPlaces {
  /** seq of the last packet of each channel. */
  private final Map<Integer, Long> last = new HashMap<>();

  /** Completes an event that has its seq. */
  void complete(Event event) {
    switch (event.getKind()) {
      case MULTIFD_PACKET -> last.put(event.getChannel(), event.getSeq());
      case MULTIFD_DATA -> event.getPacketData().setPacket(of(event));
      case PAGE -> {
        Page page = event.getPage();
        if (page.getPacket() != null) {
          page.getPacket().setSeq(of(event));
        }
      }
      default -> {}
    }
  }

  private long of(Event event) {
    return last.getOrDefault(event.getChannel(), -1L);
  }
}
