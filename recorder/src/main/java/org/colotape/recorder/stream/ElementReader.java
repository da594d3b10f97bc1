package org.colotape.recorder.stream;

import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.MigCommand;
import org.colotape.schema.event.SectionType;
import org.colotape.schema.wire.MigrationCommand;
import org.colotape.schema.wire.StreamFormat;

/**
 * Reads the elements that lead and end sections (QEMU migration/savevm.c, qemu_loadvm_state_main).
 */
final class ElementReader {
  private final Window window;
  private final EventEmitter emitter;
  private final StreamState state;
  private final Boundaries boundaries;

  ElementReader(Window window, EventEmitter emitter, StreamState state, Boundaries boundaries) {
    this.window = window;
    this.emitter = emitter;
    this.state = state;
    this.boundaries = boundaries;
  }

  /** Reads magic and version. */
  Step header() throws Unparseable {
    long end = emitter.cursor() + 2 * Integer.BYTES;
    if (!window.has(end)) {
      return Step.MORE;
    }
    long magic = window.u32(emitter.cursor());
    long version = window.u32(emitter.cursor() + Integer.BYTES);
    if (magic != StreamFormat.MAGIC) {
      throw new Unparseable("not a migration stream: it begins with neither magic nor version");
    }
    if (version != StreamFormat.VERSION) {
      throw new Unparseable("migration stream version " + version + ", only 3 is known");
    }
    emitter.emit(Kind.STREAM_HEADER, end);
    return Step.DONE;
  }

  /** Reads the head of a START or FULL section, and makes it the current one. */
  Step introduce(SectionType type) throws Unparseable {
    long id = emitter.cursor() + 1;
    long nameAt = id + Integer.BYTES;
    if (!window.has(nameAt + 1)) {
      return Step.MORE;
    }
    int length = window.u8(nameAt);
    if (length == 0 || window.u32(id) > Limits.MAX_SECTION_ID) {
      throw new Unparseable("the head of a section without a name, or with an id out of bounds");
    }
    long instance = nameAt + 1 + length;
    long end = instance + 2 * Integer.BYTES;
    if (!window.has(end)) {
      return Step.MORE;
    }
    if (!window.printable(nameAt + 1, length)) {
      throw new Unparseable("the id string of a section is not text");
    }
    SectionHead head =
        new SectionHead(
            type,
            window.u32(id),
            window.text(nameAt + 1, length),
            window.u32(instance),
            window.u32(instance + Integer.BYTES));
    state.introduce(head);
    emitHead(head, end);
    return Step.DONE;
  }

  /** Reads the head of a PART or END section, and makes it the current one. */
  Step resume(SectionType type) throws Unparseable {
    long end = emitter.cursor() + 1 + Integer.BYTES;
    if (!window.has(end)) {
      return Step.MORE;
    }
    long id = window.u32(emitter.cursor() + 1);
    SectionHead head = state.sectionInParts(id);
    if (head == null) {
      throw new Unparseable("section " + id + " goes on but never began");
    }
    emitHead(head.as(type), end);
    return Step.DONE;
  }

  private void emitHead(SectionHead head, long end) {
    state.section = head;
    Event event = emitter.begin(Kind.SECTION_START, end);
    event.setSection(head.toEvent(0));
    emitter.emit(event);
  }

  /** Reads the footer of the current section, if the machine sends footers. */
  Step footer(SectionHead section) throws Unparseable {
    long at = emitter.cursor();
    if (!window.has(at + 1)) {
      return Step.MORE;
    }
    if (state.footers == StreamState.Footers.UNKNOWN
        && window.u8(at) != StreamFormat.SECTION_FOOTER) {
      switch (boundaries.sectionCanEnd(at)) {
        case YES -> state.footers = StreamState.Footers.OFF;
        case NO -> throw noFooter(section);
        case MORE -> {
          return Step.MORE;
        }
      }
    }
    if (state.footers != StreamState.Footers.OFF) {
      if (window.u8(at) != StreamFormat.SECTION_FOOTER) {
        throw noFooter(section);
      }
      long end = at + StreamFormat.FOOTER_BYTES;
      if (!window.has(end)) {
        return Step.MORE;
      }
      if (window.u32(at + 1) != section.id()) {
        throw new Unparseable(
            "footer of section " + window.u32(at + 1) + " behind " + section.path());
      }
      state.footers = StreamState.Footers.ON;
      Event event = emitter.begin(Kind.SECTION_END, end);
      event.setSection(section.toEvent(0));
      emitter.emit(event);
    }
    state.section = null;
    return Step.DONE;
  }

  private static Unparseable noFooter(SectionHead section) {
    return new Unparseable("no footer behind " + section.path());
  }

  /**
   * Reads the EOF byte behind a run of sections. Nothing stands behind it in a blob, but QEMU 2.8
   * to 3.0 put the VM description there.
   */
  Step endOfSections() throws Unparseable {
    long at = emitter.cursor();
    if (state.inBlob() && at + 1 != window.fence()) {
      switch (boundaries.eofBeforeDescription(at)) {
        case YES -> {}
        case NO -> throw new Unparseable("the vmstate blob goes on behind the end of its sections");
        case MORE -> {
          return Step.MORE;
        }
      }
    }
    emitter.emit(Kind.END_OF_SECTIONS, at + 1);
    return Step.DONE;
  }

  /** Reads a command, and opens the package that a PACKAGED brings. */
  Step command() throws Unparseable {
    long payload = emitter.cursor() + 1 + 2 * Short.BYTES;
    if (!window.has(payload)) {
      return Step.MORE;
    }
    int number = window.u16(payload - 2 * Short.BYTES);
    int length = window.u16(payload - Short.BYTES);
    if (!MigrationCommand.known(number) || !MigrationCommand.of(number).allows(length)) {
      throw new Unparseable("command " + number + " with a payload of " + length + " bytes");
    }
    MigrationCommand command = MigrationCommand.of(number);
    if (command == MigrationCommand.PACKAGED && state.inRegion()) {
      throw new Unparseable("a package inside of a package or blob");
    }
    if (!window.has(payload + length)) {
      return Step.MORE;
    }
    if (command == MigrationCommand.POSTCOPY_ADVISE) {
      advise(payload, length);
    }
    long packageLength = command == MigrationCommand.PACKAGED ? window.u32(payload) : 0;
    Event event = emitter.begin(Kind.MIG_COMMAND, payload + length);
    event.setCommand(new MigCommand(number, command.name(), length));
    emitter.emit(event);
    if (command == MigrationCommand.ENABLE_COLO) {
      state.coloEnabled = true;
    }
    if (packageLength > 0) {
      state.openRegion(StreamState.Region.PACKAGE, emitter.cursor() + packageLength);
    }
    return Step.DONE;
  }

  /**
   * Takes page sizes of blocks and page size of the stream, which are there if RAM takes part (QEMU
   * migration/savevm.c, qemu_savevm_send_postcopy_advise).
   */
  private void advise(long payload, int length) throws Unparseable {
    if (length == 0) {
      state.hugePages.announceNone();
    } else if (length == 2 * Long.BYTES
        && StreamState.isPageSize(window.u64(payload + Long.BYTES))) {
      state.statePageSize(window.u64(payload + Long.BYTES));
      state.hugePages.announce(window.u64(payload));
    }
  }
}
