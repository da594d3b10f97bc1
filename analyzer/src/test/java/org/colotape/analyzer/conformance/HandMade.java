package org.colotape.analyzer.conformance;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.colotape.recorder.fixture.EventLog;
import org.colotape.recorder.session.CheckpointObserver;
import org.colotape.recorder.session.RecordingSession;
import org.colotape.recorder.stream.StreamParser;
import org.colotape.schema.event.Closing;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.PageEncoding;
import org.colotape.schema.event.RecordingEnd;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingStart;
import org.colotape.schema.event.Section;

/** Damage that no parser makes of bytes, but that a recording may have. */
final class HandMade {
  private HandMade() {}

  /** What the rules of recordings find, by the rule that the damage was made for. */
  static Map<String, Supplier<Verified>> all() {
    Map<String, Supplier<Verified>> damages = new LinkedHashMap<>();
    damages.put(
        "recording-lossless",
        () -> changed(e -> e.getKind() == Kind.PAGE, e -> e.setStreamOffset(7L)));
    damages.put(
        "recording-seal",
        () -> changed(e -> e.getKind() == Kind.CHECKPOINT_SEALED, e -> e.getSeal().setPages(3L)));
    damages.put(
        "recording-ends",
        () -> changed(e -> e.getKind() == Kind.CHANNEL_END, e -> e.getChannelEnd().setLength(3L)));
    damages.put(
        "recording-unfinished",
        () ->
            changed(
                e -> e.getKind() == Kind.RECORDING_END,
                e -> e.setEnd(new RecordingEnd(false, "disk full", null))));
    return damages;
  }

  static Verified footerOfAnotherSection() {
    return changed(
        e -> e.getKind() == Kind.SECTION_END,
        e -> {
          Section of = e.getSection();
          e.setSection(new Section(of.getType(), 99L, of.getName(), 0L, 1L, 0L));
        });
  }

  static Verified sectionWithoutFooter() {
    List<Event> events = healthy();
    events.remove(first(events, e -> e.getKind() == Kind.SECTION_END));
    return Verified.events(events);
  }

  static Verified shortPage() {
    return changed(
        e -> e.getKind() == Kind.PAGE && e.getPage().getEncoding() == PageEncoding.RAW,
        e -> e.getPage().setDataStart(e.getPage().getDataStart() + 1));
  }

  static Verified wrongTotal() {
    return changed(
        e -> e.getKind() == Kind.RAM_BLOCK_LIST, e -> e.getBlocks().setTotalLength(4096L));
  }

  /** The events of a stream that breaks no rule. */
  static List<Event> healthy() {
    EventLog log = new EventLog();
    RecordingSession session =
        new RecordingSession(
            log,
            new RecordingId(new byte[16]),
            new RecordingStart("test", "test", List.of("test"), false, List.of(), false),
            () -> 0L,
            CheckpointObserver.NONE);
    StreamParser parser = new StreamParser(0, session);
    parser.feed(ByteBuffer.wrap(new Healthy().stream().bytes()));
    parser.end(Closing.FILE_ENDED, "end of file");
    session.finish(true, "end of file");
    return new ArrayList<>(log.events());
  }

  private static Verified changed(Predicate<Event> which, Consumer<Event> change) {
    List<Event> events = healthy();
    change.accept(first(events, which));
    return Verified.events(events);
  }

  private static Event first(List<Event> events, Predicate<Event> which) {
    return events.stream().filter(which).findFirst().orElseThrow();
  }
}
