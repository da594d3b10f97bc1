package org.colotape.recorder.stream;

import java.util.ArrayList;
import java.util.List;
import org.colotape.schema.event.Configuration;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.wire.StreamFormat;

/**
 * Reads the configuration element with its subsections (QEMU migration/savevm.c,
 * vmstate_configuration).
 */
final class ConfigurationReader {
  private static final String CAPABILITIES = "configuration/capabilities";
  private static final String PAGE_BITS = "configuration/target-page-bits";
  private static final String UUID = "configuration/x-validate-uuid";
  private static final int UUID_BYTES = 16;

  private final Window window;
  private final EventEmitter emitter;
  private final StreamState state;

  ConfigurationReader(Window window, EventEmitter emitter, StreamState state) {
    this.window = window;
    this.emitter = emitter;
    this.state = state;
  }

  /** Reads the whole element, or nothing. */
  Step step() throws Unparseable {
    Cursor at = new Cursor();
    try {
      String machine = at.text(at.bounded(Limits.MAX_MACHINE_NAME, "machine type name"));
      List<String> capabilities = new ArrayList<>();
      int pageBits = -1;
      while (at.u8Ahead() == StreamFormat.SUBSECTION) {
        at.skip(1);
        String name = at.text(at.u8());
        at.skip(Integer.BYTES);
        switch (name) {
          case CAPABILITIES -> {
            int count = at.bounded(Limits.MAX_CAPABILITIES, "number of capabilities");
            for (int i = 0; i < count; i++) {
              capabilities.add(at.text(at.u8()));
            }
          }
          case PAGE_BITS -> pageBits = at.bounded(Limits.MAX_PAGE_BITS, "target page bits");
          case UUID -> at.skip(UUID_BYTES);
          default -> throw new Unparseable("unknown subsection '" + name + "' of configuration");
        }
      }
      if (pageBits != -1 && pageBits < Limits.MIN_PAGE_BITS) {
        throw new Unparseable("target page bits " + pageBits);
      }
      emit(at.offset, new Configuration(machine, capabilities, pageBits));
      return Step.DONE;
    } catch (MoreBytes e) {
      return Step.MORE;
    }
  }

  private void emit(long end, Configuration configuration) throws Unparseable {
    state.configure(configuration);
    Event event = emitter.begin(Kind.CONFIGURATION, end);
    event.setConfiguration(configuration);
    emitter.emit(event);
  }

  /** Says that the element is not whole yet. */
  private static final class MoreBytes extends Exception {
    private static final long serialVersionUID = 1L;

    MoreBytes() {
      super(null, null, false, false);
    }
  }

  /** Walks over the element's fields. */
  private final class Cursor {
    long offset;

    private final long bound;

    Cursor() {
      offset = emitter.cursor() + 1;
      bound = offset + Limits.MAX_CONFIGURATION_BYTES;
    }

    void skip(int length) throws MoreBytes, Unparseable {
      if (offset + length > bound) {
        throw new Unparseable(
            "a configuration of more than " + Limits.MAX_CONFIGURATION_BYTES + " bytes");
      }
      need(length);
      offset += length;
    }

    int u8() throws MoreBytes, Unparseable {
      skip(1);
      return window.u8(offset - 1);
    }

    /** The next byte, which stays; EOF where the stream ends. */
    int u8Ahead() throws MoreBytes {
      if (window.ended() && !window.has(offset + 1)) {
        return StreamFormat.EOF;
      }
      need(1);
      return window.u8(offset);
    }

    int bounded(int most, String what) throws MoreBytes, Unparseable {
      skip(Integer.BYTES);
      long value = window.u32(offset - Integer.BYTES);
      if (value > most) {
        throw new Unparseable(what + " of " + value + ", more than " + most);
      }
      return (int) value;
    }

    String text(int length) throws MoreBytes, Unparseable {
      skip(length);
      if (!window.printable(offset - length, length)) {
        throw new Unparseable("a name in the configuration is not text");
      }
      return window.text(offset - length, length);
    }

    private void need(int length) throws MoreBytes {
      if (!window.has(offset + length)) {
        throw new MoreBytes();
      }
    }
  }
}
