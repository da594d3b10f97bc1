package org.colotape.replayer.redaction;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.replay.ObservationListener;
import org.colotape.replayer.replay.Phase;
import org.colotape.replayer.replay.Replay;
import org.colotape.replayer.replay.ReplayError;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.digest.RunningDigest;
import org.colotape.schema.event.Alteration;
import org.colotape.schema.event.CheckpointSeal;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.MultifdMethod;
import org.colotape.schema.event.MultifdPacket;
import org.colotape.schema.event.Observation;
import org.colotape.schema.event.ObservedPage;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageEncoding;
import org.colotape.schema.event.PagePacket;
import org.colotape.schema.event.Recording;
import org.colotape.schema.event.StartPages;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.StreamBytes;
import org.jspecify.annotations.Nullable;

/**
 * The events of a recording, redacted, one for one: each keeps its checkpoint and place in the
 * stream, and its {@code seq} too, but for an event that says what was done, which comes second.
 * Pages of every encoding but zero become raw ones, for which the recording is replayed along; so a
 * delta that would make different pages of PVM and cache can't be told.
 */
public final class RedactedSource implements EventSource {
  /** What is told of it in the recording. */
  private static final String STEP = "contents of memory and devices replaced by digests";

  private static final String NO_UUID = new UUID(0, 0).toString();

  private static final ByteBuffer UNDECODABLE = ByteBuffer.allocate(0);

  private final EventSource source;
  private final Redactor redactor;
  private final Replay replay;
  private final RunningDigest digest = new RunningDigest();
  private long wireBytes;

  /** Is to come before the source's next event. */
  private @Nullable Event inserted;

  /** How many events were inserted. */
  private int shift;

  /**
   * Redacts with a salt of its own.
   *
   * @param source the recording, at its first event; closed with this
   * @param scratch where memory is rebuilt
   */
  public RedactedSource(EventSource source, ScratchSpace scratch) {
    this(source, scratch, Redactor.secret());
  }

  RedactedSource(EventSource source, ScratchSpace scratch, Redactor redactor) {
    this.source = source;
    this.redactor = redactor;
    this.replay =
        new Replay(
            source,
            ReplaySettings.of(RuleSet.QEMU, scratch).withPvmModel(),
            ObservationListener.NONE);
  }

  @Override
  public Recording recording() {
    return source.recording();
  }

  @Override
  public @Nullable Event next() {
    Event waiting = inserted;
    if (waiting != null) {
      inserted = null;
      return waiting;
    }
    boolean ended = replay.loadError() != null;
    Event event = replay.step();
    if (event == null) {
      return null;
    }
    if (event.getSeq() == 1 && event.getKind() != Kind.ALTERED) {
      shift = 1;
      Event first = redact(event, ended);
      inserted = first;
      return alteration(event);
    }
    return redact(event, ended);
  }

  @Override
  public void close() {
    replay.close();
    source.close();
  }

  private Event redact(Event event, boolean ended) {
    Event redacted = Event.newBuilder(event).build();
    change(redacted, ended);
    redacted.setSeq(event.getSeq() + shift);
    if (redacted.getKind() != Kind.CHECKPOINT_SEALED) {
      StreamBytes.digest(redacted, digest);
      wireBytes += StreamBytes.length(redacted);
    }
    return redacted;
  }

  private static Event alteration(Event behind) {
    Event event = new Event();
    event.setRecording(behind.getRecording());
    event.setSeq(1);
    event.setDirection(Direction.NONE);
    event.setStreamOffset(-1);
    event.setCaptureTime(behind.getCaptureTime());
    event.setWire(ByteBuffer.allocate(0));
    event.setPageEnds(List.of());
    event.setKind(Kind.ALTERED);
    event.setAlteration(new Alteration(List.of(STEP)));
    return event;
  }

  private void change(Event event, boolean ended) {
    switch (event.getKind()) {
      case PAGE -> {
        PagePacket packet = event.getPage().getPacket();
        if (packet != null) {
          packet.setSeq(packet.getSeq() + shift);
        }
        if (event.getPage().getEncoding() != PageEncoding.ZERO) {
          replace(event, ended);
        }
      }
      case MULTIFD_DATA -> {
        event.setWire(redactor.redact(event.getWire()));
        event.getPacketData().setPacket(event.getPacketData().getPacket() + shift);
      }
      case DEVICE_STATE, OPAQUE, PADDING -> event.setWire(redactor.redact(event.getWire()));
      case CONFIGURATION -> event.setWire(ByteBuffer.allocate(0)); // it may hold the VM's UUID
      case MULTIFD_START -> {
        event.getMultifdStart().setUuid(NO_UUID);
        event.setWire(ByteBuffer.allocate(0));
      }
      case START_PAGES -> redact(event.getStartPages());
      case ALTERED -> {
        List<String> steps = new ArrayList<>(event.getAlteration().getSteps());
        steps.add(STEP);
        event.getAlteration().setSteps(steps);
      }
      case MULTIFD_PACKET -> {
        MultifdPacket packet = event.getPacket();
        MultifdMethod method = packet.getMethod();
        if (method == MultifdMethod.ZLIB || method == MultifdMethod.ZSTD) {
          packet.setMethod(MultifdMethod.NONE);
        }
      }
      case OBSERVATION -> redact(event.getObservation());
      case CHECKPOINT_SEALED -> {
        CheckpointSeal seal = event.getSeal();
        seal.setWireBytes(wireBytes);
        seal.setDigest(digest.finish().toEvent());
        wireBytes = 0;
      }
      case RECORDING_START ->
          event
              .getStart()
              .setSources(
                  event.getStart().getSources().stream()
                      .map(source -> source.replaceFirst(": .*", ": redacted"))
                      .toList());
      default -> {
        // holds no memory
      }
    }
  }

  private void replace(Event event, boolean ended) {
    Page page = event.getPage();
    byte[] contents = contents(event, ended);
    int head = page.getDataStart();
    ByteBuffer stand = contents == null ? UNDECODABLE : ByteBuffer.wrap(redactor.redact(contents));
    ByteBuffer wire = ByteBuffer.allocate(head + stand.remaining());
    wire.put(event.getWire().duplicate().limit(event.getWire().position() + head));
    wire.put(stand.duplicate()).flip();
    event.setWire(wire);
    page.setDataStart(head);
    page.setEncoding(PageEncoding.RAW);
    PagePacket packet = page.getPacket();
    if (packet != null) {
      packet.setIndex(-1);
    }
  }

  /** What the event has written, or null if it could not write. */
  private byte @Nullable [] contents(Event event, boolean ended) {
    Page page = event.getPage();
    ReplayError error = replay.loadError();
    boolean toModelOnly = ended;
    if (!ended && error != null) {
      if (error.reason() != ReplayError.Reason.BLOCK_WITHOUT_CACHE) {
        return null;
      }
      toModelOnly = true;
    }
    GuestMemory secondary = replay.phase() == Phase.IN_COLO ? replay.cache() : replay.svm();
    RamBlockMemory written = find(toModelOnly ? replay.pvm() : secondary, page);
    if (written == null) {
      return null;
    }
    int index = (int) (page.getOffset() / page.getPageSize());
    RamBlockMemory model = replay.pvm().find(page.getBlock());
    if (page.getEncoding() == PageEncoding.XBZRLE
        && model != null
        && model != written
        && model.mismatch(index, written) >= 0) {
      throw new ColotapeException(
          "a delta makes different pages of PVM and cache, which no redacted page can",
          "event " + event.getSeq() + ", block " + page.getBlock(),
          "export the recording without --redact");
    }
    byte[] contents = new byte[page.getPageSize()];
    written.read(index, contents, 0);
    return contents;
  }

  private static @Nullable RamBlockMemory find(GuestMemory memory, Page page) {
    RamBlockMemory block = memory.find(page.getBlock());
    boolean within =
        block != null
            && page.getPageSize() == block.pageSize()
            && page.getPages() == 1
            && page.getOffset() < block.usedLength();
    return within ? block : null;
  }

  private void redact(StartPages pages) {
    ByteBuffer stands = ByteBuffer.allocate(pages.getContents().remaining());
    byte[] page = new byte[pages.getPageSize()];
    for (ByteBuffer left = pages.getContents().duplicate(); left.hasRemaining(); ) {
      left.get(page);
      stands.put(redactor.redact(page));
    }
    pages.setContents(stands.flip());
  }

  private void redact(Observation seen) {
    ByteBuffer old = seen.getDigests().duplicate();
    ByteBuffer digests = ByteBuffer.allocate(old.remaining());
    while (old.hasRemaining()) {
      PageDigest page = new PageDigest(old.getLong(), old.getLong());
      PageDigest stand = redactor.redact(page, seen.getPageSize());
      digests.putLong(stand.high()).putLong(stand.low());
    }
    seen.setDigests(digests.flip());
    for (ObservedPage page : seen.getDiffering()) {
      page.setContents(redactor.redact(page.getContents()));
    }
  }
}
