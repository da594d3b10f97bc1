package org.colotape.recorder.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.colotape.recorder.fixture.Parsing;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.Section;
import org.colotape.schema.event.SectionType;

/**
 * A migration stream made short, and still one that QEMU could have sent: one page of each kind,
 * the smallest devices, no description to speak of, and two checkpoints. A fuzzer gets further with
 * short inputs.
 */
final class StreamSlice {
  private static final int CHECKPOINTS = 2;
  private static final int STATE_BYTES = 64;
  private static final int DEVICES = 3;
  private static final int PACKAGED = 7;
  private static final int POSTCOPY_RUN = 5;
  private static final byte[] DESCRIPTION =
      "{\"page_size\":4096,\"devices\":[]}".getBytes(StandardCharsets.ISO_8859_1);

  private final ByteArrayOutputStream slice = new ByteArrayOutputStream();
  private final Set<String> pages = new HashSet<>();
  private ByteArrayOutputStream out = slice;

  /** What announces the length of the package or blob that {@link #out} collects. */
  private byte[] announcement = new byte[0];

  private int checkpoint;
  private int devices;
  private boolean inDevice;

  private StreamSlice() {}

  /** The slice of a stream. */
  static byte[] of(byte[] stream) {
    StreamSlice slice = new StreamSlice();
    List<Event> events = Parsing.stream(stream).all();
    for (int i = 0; i < events.size() && slice.checkpoint <= CHECKPOINTS; i++) {
      slice.take(events, i);
    }
    return slice.slice.toByteArray();
  }

  private void take(List<Event> events, int i) {
    Event event = events.get(i);
    switch (event.getKind()) {
      case PAGE -> page(event);
      case SECTION_START, DEVICE_STATE, SECTION_END -> section(events, i);
      case VM_DESCRIPTION -> description(event);
      case COLO_MESSAGE -> message(event);
      case MIG_COMMAND -> command(event);
      case END_OF_SECTIONS -> {
        write(event);
        if (announcement.length == Integer.BYTES + Long.BYTES) {
          announce(Long.BYTES);
        }
      }
      default -> write(event);
    }
  }

  private void page(Event event) {
    Page page = event.getPage();
    boolean named = page.getDataStart() > Long.BYTES + Integer.BYTES;
    if (pages.add(checkpoint + " " + page.getEncoding() + " " + named)) {
      write(event);
    }
  }

  private void section(List<Event> events, int i) {
    Section section = events.get(i).getSection();
    if (section.getName().equals("ram")) {
      write(events.get(i));
      return;
    }
    if (events.get(i).getKind() == Kind.SECTION_START) {
      int state = events.get(i + 1).getWire().remaining();
      inDevice =
          section.getType() != SectionType.FULL || (state <= STATE_BYTES && devices < DEVICES);
      devices += inDevice ? 1 : 0;
    }
    if (inDevice) {
      write(events.get(i));
    }
  }

  private void description(Event event) {
    if (event.getDescription().getPosition() == 0) {
      write(
          ByteBuffer.allocate(1 + Integer.BYTES + DESCRIPTION.length)
              .put((byte) 6)
              .putInt(DESCRIPTION.length)
              .put(DESCRIPTION)
              .array());
    }
  }

  private void message(Event event) {
    ColoMessageType type = event.getMessage().getType();
    if (type == ColoMessageType.CHECKPOINT_REQUEST) {
      checkpoint++;
      devices = 0;
    }
    if (checkpoint <= CHECKPOINTS) {
      if (type == ColoMessageType.VMSTATE_SIZE) {
        collect(event);
      } else {
        write(event);
      }
    }
  }

  private void command(Event event) {
    if (event.getCommand().getCommand() == PACKAGED) {
      collect(event);
      return;
    }
    write(event);
    if (event.getCommand().getCommand() == POSTCOPY_RUN) {
      announce(Integer.BYTES);
    }
  }

  private void collect(Event event) {
    announcement = bytes(event);
    out = new ByteArrayOutputStream();
  }

  /** Writes what was collected, behind its length, which ends the announcement. */
  private void announce(int lengthBytes) {
    ByteBuffer head = ByteBuffer.wrap(announcement);
    if (lengthBytes == Long.BYTES) {
      head.putLong(head.limit() - Long.BYTES, out.size());
    } else {
      head.putInt(head.limit() - Integer.BYTES, out.size());
    }
    slice.writeBytes(announcement);
    slice.writeBytes(out.toByteArray());
    announcement = new byte[0];
    out = slice;
  }

  private void write(Event event) {
    write(bytes(event));
  }

  private void write(byte[] bytes) {
    out.writeBytes(bytes);
  }

  private static byte[] bytes(Event event) {
    byte[] bytes = new byte[event.getWire().remaining()];
    event.getWire().duplicate().get(bytes);
    return bytes;
  }
}
