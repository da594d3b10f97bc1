package org.colotape.analyzer.diagnosis;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.colotape.analyzer.verdict.AnalysisSettings;
import org.colotape.replayer.fixture.EventScript;
import org.colotape.replayer.fixture.ListRecording;
import org.colotape.replayer.fixture.Pages;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.Observation;
import org.colotape.schema.event.ObservedPage;
import org.colotape.schema.event.PageEncoding;

/** A pair with 16 pages of RAM, written down with what was observed of its memories. */
final class ObservedPair {
  static final String RAM = "ram";
  static final int PAGE = EventScript.PAGE;
  static final byte[] ZEROS = new byte[PAGE];
  static final byte[] ONES = Pages.filled(0xff);

  /** Contents that no other page has, unless a test gives them to one. */
  static final byte[] A = noise(1);

  static final byte[] B = noise(2);
  static final byte[] C = noise(3);
  static final byte[] D = noise(4);

  private static final int PAGES = 16;

  private final EventScript script = EventScript.withReturnPath();

  /** When something was seen, or came. */
  interface Moment extends Consumer<EventScript> {}

  private ObservedPair(Moment... moments) {
    script.enableColo().block(RAM, (long) PAGES * PAGE);
    for (Moment moment : moments) {
      moment.accept(script);
    }
    script.endOfSections().seal(true).svmSays(ColoMessageType.CHECKPOINT_READY);
  }

  /** A pair whose initial migration is this. */
  static ObservedPair migrated(Moment... moments) {
    return new ObservedPair(moments);
  }

  /** A page is sent. */
  static Moment sent(int page, byte[] contents) {
    return script -> script.page(RAM, (long) page * PAGE, 1, PageEncoding.RAW, contents.clone());
  }

  /** A page is sent as zeros. */
  static Moment sentZero(int page) {
    return script -> script.zero(RAM, (long) page * PAGE, 1);
  }

  /** A page is sent as a delta. */
  static Moment sentDelta(int page, byte[] delta) {
    return script -> script.page(RAM, (long) page * PAGE, 1, PageEncoding.XBZRLE, delta.clone());
  }

  /** A page is seen. */
  static Moment seen(Memory memory, int page, byte[] contents) {
    ByteBuffer digest = ByteBuffer.wrap(PageDigest.of(contents, 0, PAGE).toEvent().bytes());
    long offset = (long) page * PAGE;
    Observation look =
        new Observation(
            memory,
            RAM,
            offset,
            PAGE,
            digest,
            List.of(new ObservedPage(offset, ByteBuffer.wrap(contents.clone()))));
    return script -> script.event(Kind.OBSERVATION, event -> event.setObservation(look));
  }

  /** Adds a checkpoint: what comes with it, then what is seen behind it. */
  ObservedPair checkpoint(List<Moment> came, Moment... behind) {
    script.request();
    came.forEach(moment -> moment.accept(script));
    script.endOfSections().deviceState().received().loaded();
    for (Moment moment : behind) {
      moment.accept(script);
    }
    script.seal(true);
    return this;
  }

  List<Fault> faults(Path scratch) {
    return faults(scratch, RuleSet.QEMU);
  }

  List<Fault> faults(Path scratch, RuleSet rules) {
    script.end();
    return Diagnosis.of(
            new ListRecording("pair", script.events()),
            AnalysisSettings.of(new ScratchSpace(scratch)).withRules(rules),
            _ -> {})
        .faults();
  }

  /** The page up to its middle, and the other one from there on. */
  static byte[] half(byte[] first, byte[] second) {
    byte[] mix = second.clone();
    System.arraycopy(first, 0, mix, 0, PAGE / 2);
    return mix;
  }

  /** The page with one byte replaced. */
  static byte[] with(byte[] page, int at, int value) {
    byte[] changed = page.clone();
    changed[at] = (byte) value;
    return changed;
  }

  private static byte[] noise(long seed) {
    return Pages.noise(new Random(seed));
  }
}
