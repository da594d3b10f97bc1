package org.colotape.recorder.stream;

import java.util.Collection;
import java.util.Set;
import java.util.function.Consumer;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Opaque;
import org.colotape.schema.event.SectionType;
import org.colotape.schema.wire.StreamFormat;

/**
 * Parses the migration stream of the main channel: initial migration, then COLO checkpoints of
 * either layout, as {@code migration/savevm.c} and {@code migration/colo.c} of QEMU write them.
 *
 * <p>It is pushed bytes of any chunking and pushes events, which do not depend on the chunking. It
 * never throws because of its input. Not for several threads.
 */
public final class StreamParser extends StepwiseParser {
  private static final String CUT = "the stream ends in the middle of an element";

  /** What stands at the cursor. */
  private enum Expect {
    HEADER,
    CONFIGURATION,
    ELEMENT,
    RAM_RECORD,
    DEVICE_STATE,
    FOOTER,
    DESCRIPTION_OR_MESSAGE,
    DESCRIPTION,
    END_OF_BLOB,
    MESSAGE,
    SECTIONS_OR_MESSAGE,
    BLOB,
    ANYTHING
  }

  private final StreamState state;
  private final ElementReader elements;
  private final ConfigurationReader configuration;
  private final RamReader ram;
  private final DeviceStateReader device;
  private final DescriptionReader description;
  private final MessageReader messages;
  private final TrustPoints trustPoints;
  private final OpaqueReader opaque;

  private Expect expect = Expect.HEADER;

  /**
   * @param channel number of the channel that the bytes come from
   * @param events takes the events, in the order of their stream offsets
   */
  public StreamParser(int channel, Consumer<Event> events) {
    this(channel, Set.of(), new PageSize(), events);
  }

  /**
   * A parser that is told what the stream does not state, and shares the page size with those of
   * further channels.
   *
   * @param channel number of the channel that the bytes come from
   * @param capabilities migration capabilities of the sender, in QEMU's spelling, that the stream
   *     may not state
   * @param pageSize is told the page size that the stream states
   * @param events takes the events, in the order of their stream offsets
   */
  public StreamParser(
      int channel, Collection<String> capabilities, PageSize pageSize, Consumer<Event> events) {
    super(channel, Direction.PVM_TO_SVM, events);
    state = new StreamState(window, Set.copyOf(capabilities), pageSize);
    Boundaries boundaries = new Boundaries(window, state);
    trustPoints = new TrustPoints(window, state, boundaries);
    elements = new ElementReader(window, emitter, state, boundaries);
    configuration = new ConfigurationReader(window, emitter, state);
    ram = new RamReader(window, emitter, state);
    device = new DeviceStateReader(window, emitter, state, boundaries, trustPoints);
    description = new DescriptionReader(window, emitter, state);
    messages = new MessageReader(window, emitter, state);
    opaque = new OpaqueReader(window, emitter, trustPoints);
  }

  /**
   * The parser of a connection on which a postcopy migration goes on after the one before was lost
   * (QEMU migration/migration.c, postcopy_do_resume). It carries neither header nor block list:
   * both sides know what was said before.
   *
   * @param resumed number of the channel that the connection is
   * @param events takes the events, in the order of their stream offsets
   */
  StreamParser resumed(int resumed, Consumer<Event> events) {
    StreamParser parser = new StreamParser(resumed, Set.of(), state.shared(), events);
    parser.state.goOnFrom(state);
    parser.expect = Expect.ELEMENT;
    return parser;
  }

  /**
   * Says that the secondary has loaded all that has come. Without a VM description nothing but that
   * tells, before the first checkpoint, that the last device section is over.
   */
  public void loaded() {
    long footer = window.end() - StreamFormat.FOOTER_BYTES - 1;
    if (expect == Expect.DEVICE_STATE
        && footer >= emitter.cursor()
        && window.u8(footer) == StreamFormat.SECTION_FOOTER
        && window.u32(footer + 1) == section().id()
        && window.u8(window.end() - 1) == StreamFormat.EOF) {
      parseAsIfEnded();
    }
  }

  /** Size of the pages of the migration. */
  PageSize pageSize() {
    return state.shared();
  }

  @Override
  boolean mayEnd() {
    return !state.inRegion()
        && switch (expect) {
          case HEADER,
              CONFIGURATION,
              ELEMENT,
              DESCRIPTION_OR_MESSAGE,
              MESSAGE,
              SECTIONS_OR_MESSAGE ->
              true;
          default -> false;
        };
  }

  @Override
  void flush() {
    switch (expect) {
      case RAM_RECORD -> ram.flush();
      case DEVICE_STATE -> device.flush();
      case ANYTHING -> opaque.flush();
      default -> {}
    }
  }

  @Override
  Opaque rest() {
    return new Opaque(CUT, state.path(), true);
  }

  @Override
  void lose(String reason) {
    if (emitter.cursor() == window.fence()) {
      leaveRegion();
      return;
    }
    opaque.begin(reason, state.path());
    state.currentBlockInferred = true;
    expect = Expect.ANYTHING;
  }

  @Override
  Step step() throws Unparseable {
    Step step = stepWithin();
    if (step == Step.MORE && window.end() == window.fence()) {
      throw new Unparseable("an element reaches beyond the end of the blob or package around it");
    }
    return step;
  }

  private Step stepWithin() throws Unparseable {
    return switch (expect) {
      case HEADER -> then(elements.header(), Expect.CONFIGURATION);
      case CONFIGURATION -> configuration();
      case ELEMENT -> element();
      case RAM_RECORD -> then(ram.step(), Expect.FOOTER);
      case DEVICE_STATE -> then(device.step(), Expect.FOOTER);
      case FOOTER -> then(elements.footer(section()), Expect.ELEMENT);
      case DESCRIPTION_OR_MESSAGE -> descriptionOrMessage();
      case DESCRIPTION ->
          then(description.step(), state.inBlob() ? Expect.END_OF_BLOB : Expect.MESSAGE);
      case END_OF_BLOB -> endOfBlob();
      case MESSAGE -> message();
      case SECTIONS_OR_MESSAGE -> choose(0, Expect.MESSAGE, Expect.ELEMENT);
      case BLOB -> blob();
      case ANYTHING -> resume();
    };
  }

  /** Goes on with {@code next} if the reader is done. */
  private Step then(Step step, Expect next) {
    if (step == Step.DONE) {
      expect = next;
      return Step.AGAIN;
    }
    return step;
  }

  /** Goes on with {@code ifSo} or {@code ifNot}, depending on the byte at the cursor. */
  private Step choose(int value, Expect ifSo, Expect ifNot) {
    if (!window.has(emitter.cursor() + 1)) {
      return Step.MORE;
    }
    expect = window.u8(emitter.cursor()) == value ? ifSo : ifNot;
    return Step.AGAIN;
  }

  private Step configuration() throws Unparseable {
    Step step = choose(StreamFormat.CONFIGURATION, Expect.CONFIGURATION, Expect.ELEMENT);
    return step == Step.AGAIN && expect == Expect.CONFIGURATION
        ? then(configuration.step(), Expect.ELEMENT)
        : step;
  }

  private Step element() throws Unparseable {
    long at = emitter.cursor();
    if (at == window.fence()) {
      leaveRegion();
      return Step.AGAIN;
    }
    if (!window.has(at + 1)) {
      return Step.MORE;
    }
    int type = window.u8(at);
    return switch (type) {
      case StreamFormat.EOF -> endOfSections();
      case StreamFormat.SECTION_START -> enter(elements.introduce(SectionType.START));
      case StreamFormat.SECTION_FULL -> enter(elements.introduce(SectionType.FULL));
      case StreamFormat.SECTION_PART -> enter(elements.resume(SectionType.PART));
      case StreamFormat.SECTION_END -> enter(elements.resume(SectionType.END));
      case StreamFormat.COMMAND -> then(elements.command(), Expect.ELEMENT);
      default ->
          throw new Unparseable("no element begins with byte 0x" + Integer.toHexString(type));
    };
  }

  private Step enter(Step head) {
    if (head == Step.DONE) {
      SectionHead section = section();
      expect = section.isRam() ? Expect.RAM_RECORD : Expect.DEVICE_STATE;
      device.begin(section);
      return Step.AGAIN;
    }
    return head;
  }

  private Step endOfSections() throws Unparseable {
    Step step = elements.endOfSections();
    if (step == Step.DONE) {
      if (state.inBlob()) {
        expect = Expect.END_OF_BLOB;
      } else if (!state.inRegion()) {
        expect = state.migrated ? Expect.MESSAGE : Expect.DESCRIPTION_OR_MESSAGE;
        state.migrated = true;
      }
      return Step.AGAIN;
    }
    return step;
  }

  private Step endOfBlob() throws Unparseable {
    if (emitter.cursor() == window.fence()) {
      leaveRegion();
      return Step.AGAIN;
    }
    if (!window.has(emitter.cursor() + 1)) {
      return Step.MORE;
    }
    if (window.u8(emitter.cursor()) != StreamFormat.VM_DESCRIPTION) {
      throw new Unparseable("the vmstate blob goes on behind its description");
    }
    return descriptionOrMessage();
  }

  private Step descriptionOrMessage() {
    description.begin();
    return choose(StreamFormat.VM_DESCRIPTION, Expect.DESCRIPTION, Expect.MESSAGE);
  }

  private void leaveRegion() {
    expect = state.inBlob() ? Expect.MESSAGE : Expect.ELEMENT;
    state.section = null;
    state.closeRegion();
  }

  private Step message() throws Unparseable {
    Step step = messages.step();
    if (step == Step.DONE) {
      expect =
          switch (messages.last()) {
            case VMSTATE_SEND -> Expect.SECTIONS_OR_MESSAGE;
            case VMSTATE_SIZE -> state.inBlob() ? Expect.BLOB : Expect.MESSAGE;
            default -> Expect.MESSAGE;
          };
      return Step.AGAIN;
    }
    return step;
  }

  /**
   * QEMU 2.8 to 3.0 put a whole stream with its header into the blob, later versions only device
   * sections.
   */
  private Step blob() {
    return choose((int) (StreamFormat.MAGIC >>> 24), Expect.HEADER, Expect.ELEMENT);
  }

  private Step resume() {
    if (opaque.step() != Step.DONE) {
      return Step.MORE;
    }
    switch (trustPoints.place()) {
      case REGION_END -> leaveRegion();
      case RAM_SECTION -> {
        state.introduceLost(trustPoints.section());
        expect = Expect.ELEMENT;
      }
      case ELEMENT -> expect = Expect.ELEMENT;
      case FOOTER -> {
        state.section = trustPoints.section();
        state.footers = StreamState.Footers.ON;
        expect = Expect.FOOTER;
      }
      case RAM_RECORD -> {
        state.section = trustPoints.section();
        state.introduceLost(trustPoints.section());
        expect = Expect.RAM_RECORD;
      }
      case MESSAGE -> {
        leaveRegion();
        state.coloEnabled = true;
        state.migrated = true;
        expect = Expect.MESSAGE;
      }
    }
    return Step.AGAIN;
  }

  private SectionHead section() {
    SectionHead section = state.section;
    return section == null ? SectionHead.NONE : section;
  }
}
