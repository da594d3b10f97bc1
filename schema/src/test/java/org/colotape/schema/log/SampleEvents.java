package org.colotape.schema.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.digest.RunningDigest;
import org.colotape.schema.event.CheckpointSeal;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.Observation;
import org.colotape.schema.event.ObservedPage;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageEncoding;
import org.colotape.schema.event.Recording;
import org.colotape.schema.event.RecordingEnd;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingStart;
import org.colotape.schema.event.RecordingState;
import org.colotape.schema.event.Section;
import org.colotape.schema.event.SectionType;
import org.colotape.schema.layout.PageRegion;

/**
 * Makes the events of a recording that never was, in seq order: their contents depend on a seed
 * only.
 */
public final class SampleEvents {
  /** Size of the pages, in bytes. */
  public static final int PAGE_SIZE = 4096;

  private final Random random;
  private final RecordingId id;
  private final RunningDigest digest = new RunningDigest();
  private long seq;
  private long streamOffset;
  private int checkpoint;
  private long eventsOfCheckpoint;
  private long pagesOfCheckpoint;
  private long bytesOfCheckpoint;

  /** Begins a recording. */
  public SampleEvents(long seed) {
    random = new Random(seed);
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    id = new RecordingId(bytes);
  }

  /**
   * A whole recording: its start, checkpoints of pages and device state with a seal each, its end.
   */
  public static List<Event> recording(long seed, int checkpoints, int pagesPerCheckpoint) {
    SampleEvents sample = new SampleEvents(seed);
    List<Event> events = new ArrayList<>();
    events.add(sample.start());
    for (int c = 0; c < checkpoints; c++) {
      for (int p = 0; p < pagesPerCheckpoint; p++) {
        events.add(sample.page());
      }
      events.add(sample.deviceState(5000));
      events.add(sample.observation(3));
      events.add(sample.seal());
    }
    events.add(sample.end());
    return events;
  }

  /** What a log says of a recording that it has just begun. */
  public static Recording catalogueEntry(String name, int pagePartitions) {
    return Recording.newBuilder()
        .setId(new RecordingId(new byte[16]))
        .setName(name)
        .setState(RecordingState.OPEN)
        .setCreatedAt(1_700_000_000_000L)
        .setPagePartitions(pagePartitions)
        .build();
  }

  /** Identity that the events carry. */
  public RecordingId id() {
    return id;
  }

  /** The event that begins a recording. */
  public Event start() {
    return event(Kind.RECORDING_START, Direction.NONE, new byte[0])
        .setStart(new RecordingStart("sample", "test", List.of("none"), false, List.of(), false))
        .build();
  }

  /** A page somewhere in one of two blocks: raw or, one time in four, a run of zero pages. */
  public Event page() {
    String block = random.nextBoolean() ? "pc.ram" : "vga.vram";
    long page = random.nextInt(1 << 16);
    long offset = page * PAGE_SIZE;
    if (random.nextInt(4) > 0) {
      return rawPage(block, offset);
    }
    return zeroRun(block, offset, 1 + random.nextInt(PageRegion.pagesLeft(offset, PAGE_SIZE)));
  }

  /** A raw page; half of its bytes are random. */
  public Event rawPage(String block, long offset) {
    byte[] wire = new byte[8 + PAGE_SIZE];
    for (int i = 0; i < PAGE_SIZE / 2; i += 8) {
      ByteBuffer.wrap(wire).putLong(8 + i, random.nextLong());
    }
    ByteBuffer.wrap(wire).putLong(0, offset | 0x28);
    return page(block, offset, 1, PageEncoding.RAW, wire);
  }

  /** A run of zero pages. */
  public Event zeroRun(String block, long offset, int pages) {
    return page(block, offset, pages, PageEncoding.ZERO, new byte[9 * pages]);
  }

  private Event page(String block, long offset, int pages, PageEncoding encoding, byte[] wire) {
    Page page = new Page(block, offset, PAGE_SIZE, pages, encoding, 8, false, null);
    pagesOfCheckpoint += pages;
    return event(Kind.PAGE, Direction.PVM_TO_SVM, wire).setPage(page).build();
  }

  /** State of a device. */
  public Event deviceState(int bytes) {
    byte[] wire = new byte[bytes];
    random.nextBytes(wire);
    return event(Kind.DEVICE_STATE, Direction.PVM_TO_SVM, wire)
        .setSection(new Section(SectionType.FULL, 7L, "sample-device", 0L, 1L, 0L))
        .build();
  }

  /** The secondary's memory: some pages at the start of a region, whose bytes all differ. */
  public Event observation(int pages) {
    long start = (long) random.nextInt(100) * PageRegion.PAGES * PAGE_SIZE;
    ByteBuffer digests = ByteBuffer.allocate(pages * PageDigest.BYTES);
    List<ObservedPage> differing = new ArrayList<>();
    for (int i = 0; i < pages; i++) {
      byte[] contents = new byte[PAGE_SIZE];
      random.nextBytes(contents);
      digests.put(PageDigest.of(contents, 0, PAGE_SIZE).toEvent().bytes());
      differing.add(new ObservedPage(start + (long) i * PAGE_SIZE, ByteBuffer.wrap(contents)));
    }
    return event(Kind.OBSERVATION, Direction.NONE, new byte[0])
        .setObservation(
            new Observation(Memory.SVM, "pc.ram", start, PAGE_SIZE, digests.flip(), differing))
        .build();
  }

  /** Ends a checkpoint. */
  public Event seal() {
    CheckpointSeal seal =
        new CheckpointSeal(
            true,
            eventsOfCheckpoint,
            pagesOfCheckpoint,
            bytesOfCheckpoint,
            digest.finish().toEvent());
    Event event = event(Kind.CHECKPOINT_SEALED, Direction.NONE, new byte[0]).setSeal(seal).build();
    checkpoint++;
    eventsOfCheckpoint = 0;
    pagesOfCheckpoint = 0;
    bytesOfCheckpoint = 0;
    return event;
  }

  /** The event that ends a recording. */
  public Event end() {
    return event(Kind.RECORDING_END, Direction.NONE, new byte[0])
        .setEnd(new RecordingEnd(true, "end of sample", null))
        .build();
  }

  private Event.Builder event(Kind kind, Direction direction, byte[] wire) {
    boolean onWire = direction != Direction.NONE;
    Event.Builder event =
        Event.newBuilder()
            .setRecording(id)
            .setSeq(seq++)
            .setCheckpoint(checkpoint)
            .setChannel(0)
            .setDirection(direction)
            .setStreamOffset(onWire ? streamOffset : -1)
            .setCaptureTime(1_700_000_000_000_000_000L + seq * 1000)
            .setWire(ByteBuffer.wrap(wire))
            .setKind(kind);
    eventsOfCheckpoint++;
    bytesOfCheckpoint += wire.length;
    streamOffset += wire.length;
    digest.add(ByteBuffer.wrap(wire));
    return event;
  }
}
