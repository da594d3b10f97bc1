package org.colotape.analyzer.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.colotape.analyzer.diagnosis.Fault.Confidence;
import org.colotape.analyzer.verdict.AnalysisSettings;
import org.colotape.analyzer.verdict.Outcome;
import org.colotape.analyzer.verdict.Remark;
import org.colotape.replayer.fixture.EventScript;
import org.colotape.replayer.fixture.ListRecording;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.Observation;
import org.colotape.schema.event.ObservedPage;
import org.colotape.schema.event.PageEncoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Why a secondary's own memory is not what its cache is, and what the primary forgot. */
class SecondaryMemoryTest {
  private static final String RAM = "ram";
  private static final String TABLES = "/rom@etc/acpi/tables";
  private static final int PAGE = EventScript.PAGE;

  /** Contents of the only page: as they were sent, as the secondary itself has them, and others. */
  private static final int SENT = 1;

  private static final int INITIAL = 2;
  private static final int OTHER = 3;

  @TempDir Path scratch;

  @Test
  void firmwareThatIsWrongTheSameWayBehindEachFlushWasThrownBackByTheSecondaryItself() {
    EventScript pair = migrated(TABLES);
    for (int checkpoint = 1; checkpoint <= 3; checkpoint++) {
      svmHolds(pair, TABLES, INITIAL);
    }
    Diagnosis diagnosis = diagnose(pair);

    Fault fault = only(diagnosis);
    assertThat(fault.cause()).isEqualTo(Cause.THROWN_BACK);
    assertThat(fault.checkpoint()).isEqualTo(1);
    assertThat(fault.pages()).containsOnlyKeys(TABLES);
    assertThat(fault.confidence()).isEqualTo(Confidence.LIKELY);
    assertThat(fault.text())
        .contains("the same at each of 2 later checkpoints")
        .contains("no write of a guest reaches that block");
    assertThat(diagnosis.verdict().outcome()).isEqualTo(Outcome.DIVERGED);
    assertThat(diagnosis.verdict().remarks())
        .noneMatch(remark -> remark instanceof Remark.RunningSvm);
  }

  @Test
  void whereTheCacheWasNotSeenItMayAsWellNeverHaveHeldThePage() {
    EventScript pair = migrated(TABLES);
    pair.request().endOfSections().deviceState().received().loaded();
    observe(pair, TABLES, INITIAL).seal(true);

    Fault fault = only(diagnose(pair));
    assertThat(fault.cause()).isEqualTo(Cause.THROWN_BACK);
    assertThat(fault.confidence()).isEqualTo(Confidence.POSSIBLE);
    assertThat(fault.text())
        .contains("not in the cache since the initial migration would look the same");
  }

  @Test
  void thatItIsTheSameEachTimeIsNotSaidWhereItIsNot() {
    EventScript pair = migrated(TABLES);
    svmHolds(pair, TABLES, INITIAL);
    svmHolds(pair, TABLES, OTHER);
    svmHolds(pair, TABLES, INITIAL);

    Fault fault = only(diagnose(pair));
    assertThat(fault.cause()).isEqualTo(Cause.THROWN_BACK);
    assertThat(fault.text()).doesNotContain("the same");
  }

  @Test
  void firmwareThatKeptWhatItHadThoughAnotherCameWasCertainlyNotFlushed() {
    EventScript pair = migrated(TABLES);
    pair.request();
    page(pair, TABLES, OTHER);
    pair.endOfSections().deviceState().received().loaded();
    observe(pair, TABLES, SENT).seal(true);

    Fault fault = only(diagnose(pair));
    assertThat(fault.cause()).isEqualTo(Cause.NOT_FLUSHED);
    assertThat(fault.confidence()).isEqualTo(Confidence.CERTAIN);
  }

  @Test
  void ofAPageThatAGuestMayWriteItIsNotCertainThatItWasNotFlushed() {
    EventScript pair = migrated(RAM);
    pair.request();
    page(pair, RAM, OTHER);
    pair.endOfSections().deviceState().received().loaded();
    observe(pair, RAM, SENT).seal(true);

    Fault fault = only(diagnose(pair));
    assertThat(fault.cause()).isEqualTo(Cause.NOT_FLUSHED);
    assertThat(fault.confidence()).isEqualTo(Confidence.LIKELY);
    assertThat(fault.text()).contains("may have come to that again");
  }

  @ParameterizedTest
  @ValueSource(strings = {RAM, "0000:00:02.0/vga.vram"})
  void whatAGuestMayHaveWrittenIsNotCalledThrownBack(String block) {
    EventScript pair = migrated(block);
    svmHolds(pair, block, INITIAL);
    svmHolds(pair, block, INITIAL);

    Diagnosis diagnosis = diagnose(pair);
    assertThat(only(diagnosis).cause()).isNotEqualTo(Cause.THROWN_BACK);
    assertThat(diagnosis.verdict().remarks())
        .anyMatch(remark -> remark instanceof Remark.RunningSvm);
  }

  @Test
  void whatThePvmWroteBehindTheInitialMigrationAndCheckpointOneLacksIsCalledJustThat() {
    EventScript pair = migrated(RAM);
    pair.request().endOfSections().deviceState().received().loaded();
    pvmHolds(pair, RAM, OTHER).seal(true);

    Fault fault = only(diagnose(pair));
    assertThat(fault.cause()).isEqualTo(Cause.LOST_DIRTY_BIT);
    assertThat(fault.text())
        .startsWith("1 page changed in the PVM between the initial migration and checkpoint 1");
  }

  @Test
  void whatALaterCheckpointLacksIsNotBlamedOnTheFirstOne() {
    EventScript pair = migrated(RAM);
    pair.request().endOfSections().deviceState().received().loaded();
    pvmHolds(pair, RAM, SENT).seal(true);
    pair.request().endOfSections().deviceState().received().loaded();
    pvmHolds(pair, RAM, OTHER).seal(true);

    Fault fault = only(diagnose(pair));
    assertThat(fault.cause()).isEqualTo(Cause.LOST_DIRTY_BIT);
    assertThat(fault.text()).doesNotContain("initial migration");
  }

  /** An initial migration of one block of one page. */
  private static EventScript migrated(String block) {
    EventScript pair = EventScript.withReturnPath().enableColo().block(block, PAGE);
    page(pair, block, SENT);
    return pair.endOfSections().svmSays(ColoMessageType.CHECKPOINT_READY).seal(true);
  }

  /** A checkpoint that brings nothing, with what the secondary holds behind it. */
  private static void svmHolds(EventScript pair, String block, int contents) {
    pair.request().endOfSections().deviceState().received().loaded();
    observe(pair, Memory.CACHE, block, SENT);
    observe(pair, block, contents).seal(true);
  }

  private static void page(EventScript pair, String block, int contents) {
    pair.page(block, 0, 1, PageEncoding.RAW, contents(contents));
  }

  private static EventScript observe(EventScript pair, String block, int contents) {
    return observe(pair, Memory.SVM, block, contents);
  }

  private static EventScript pvmHolds(EventScript pair, String block, int contents) {
    return observe(pair, Memory.PVM, block, contents);
  }

  private static EventScript observe(EventScript pair, Memory memory, String block, int contents) {
    byte[] bytes = contents(contents);
    PageDigest digest = PageDigest.of(bytes, 0, PAGE);
    ByteBuffer digests = ByteBuffer.allocate(PageDigest.BYTES);
    digests.putLong(digest.high()).putLong(digest.low()).flip();
    return pair.event(
        Kind.OBSERVATION,
        event ->
            event.setObservation(
                new Observation(
                    memory,
                    block,
                    0L,
                    PAGE,
                    digests,
                    List.of(new ObservedPage(0L, ByteBuffer.wrap(bytes))))));
  }

  private static byte[] contents(int which) {
    byte[] bytes = new byte[PAGE];
    new Random(which).nextBytes(bytes);
    return bytes;
  }

  private static Fault only(Diagnosis diagnosis) {
    assertThat(diagnosis.faults()).hasSize(1);
    return diagnosis.faults().getFirst();
  }

  private Diagnosis diagnose(EventScript pair) {
    return Diagnosis.of(
        new ListRecording("script", pair.end().events()),
        AnalysisSettings.of(new ScratchSpace(scratch)),
        _ -> {});
  }
}
