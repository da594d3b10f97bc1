package org.colotape.analyzer.excerpt;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.colotape.schema.digest.RunningDigest;
import org.colotape.schema.event.CheckpointSeal;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.MultifdData;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PagePacket;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.log.StreamBytes;

/**
 * Makes a recording of events that were taken out of another one: gives each its place in the
 * order, corrects what refers to the place of others, and seals checkpoints with what is left of
 * them.
 */
final class Renumbering {
  private final RecordingId recording;
  private final RunningDigest digest = new RunningDigest();

  /** Of each channel the packet that is being read: its place before and now. */
  private final Map<Integer, long[]> packets = new HashMap<>();

  private long next;
  private long events;
  private long pages;
  private long wireBytes;

  /**
   * @param recording identity of the recording that is made
   */
  Renumbering(RecordingId recording) {
    this.recording = recording;
  }

  /** Takes the next event, which is changed. */
  Event take(Event event) {
    event.setRecording(recording);
    event.setPageEnds(List.of());
    switch (event.getKind()) {
      case MULTIFD_PACKET -> packets.put(event.getChannel(), new long[] {event.getSeq(), next});
      case MULTIFD_DATA -> {
        MultifdData data = event.getPacketData();
        long now = now(event.getChannel(), data.getPacket());
        event.setPacketData(new MultifdData(now, data.getPosition()));
      }
      case PAGE -> page(event);
      default -> {
        // refers to no other event
      }
    }
    event.setSeq(next++);
    switch (event.getKind()) {
      case CHECKPOINT_SEALED -> seal(event);
      case RECORDING_START, RECORDING_END, ALTERED -> {
        // belongs to no checkpoint
      }
      default -> {
        events++;
        wireBytes += StreamBytes.length(event);
        StreamBytes.digest(event, digest);
      }
    }
    return event;
  }

  private void page(Event event) {
    Page page = event.getPage();
    pages += page.getPages();
    PagePacket packet = page.getPacket();
    if (packet != null) {
      Page moved = Page.newBuilder(page).build();
      moved.setPacket(new PagePacket(now(event.getChannel(), packet.getSeq()), packet.getIndex()));
      event.setPage(moved);
    }
  }

  private long now(int channel, long before) {
    long[] packet = packets.get(channel);
    return packet != null && packet[0] == before ? packet[1] : before;
  }

  private void seal(Event event) {
    event.setSeal(
        new CheckpointSeal(
            event.getSeal().getComplete(), events, pages, wireBytes, digest.finish().toEvent()));
    events = 0;
    pages = 0;
    wireBytes = 0;
  }
}
