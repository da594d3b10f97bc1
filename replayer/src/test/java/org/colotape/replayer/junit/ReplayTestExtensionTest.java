package org.colotape.replayer.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.colotape.replayer.fixture.EventScript;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.replayer.timeline.SnapshotCache;
import org.colotape.replayer.timeline.Timeline;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Memory;
import org.colotape.schema.kafka.KafkaLog;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.tape.Tape;
import org.colotape.schema.tape.TapeSink;
import org.colotape.schema.tape.TapeSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestTag;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.opentest4j.AssertionFailedError;

class ReplayTestExtensionTest {
  private static final String IN_STEP = "tapes/in-step.tape";

  /** A file that {@link Recording} records. */
  private static final String RECORDED = "target/replay-test/recorded.tape";

  @TempDir private Path folder;

  @BeforeEach
  void forget() {
    Seen.RUNS.clear();
    Recorder.RECORDED_TIMES.set(0);
  }

  @Test
  void aTestRunsOncePerCheckpointUnderANameThatSaysWhich() {
    EngineExecutionResults results = run(Sample.class, "each");

    results.testEvents().assertStatistics(s -> s.started(4).succeeded(4));
    assertThat(results.testEvents().succeeded().map(e -> e.getTestDescriptor().getDisplayName()))
        .containsExactly(
            "[1] checkpoint 0 of " + IN_STEP,
            "[2] checkpoint 1 of " + IN_STEP,
            "[3] checkpoint 2 of " + IN_STEP,
            "[4] checkpoint 3 of " + IN_STEP);
    assertThat(results.testEvents().started().map(e -> e.getTestDescriptor().getTags()))
        .allSatisfy(tags -> assertThat(tags).contains(TestTag.create("replay")));
  }

  @Test
  void checkpointsCanBeChosenAndRunsCanBeNamed() {
    run(Sample.class, "chosen").testEvents().assertStatistics(s -> s.started(2).succeeded(2));
    assertThat(Seen.RUNS.keySet()).containsExactlyInAnyOrder("1", "3");

    EngineExecutionResults named = run(Sample.class, "named");
    assertThat(named.testEvents().succeeded().map(e -> e.getTestDescriptor().getDisplayName()))
        .containsExactly("2nd: named(Checkpoint)");
  }

  @Test
  void memoriesHoldWhatTheyHeldAtTheCheckpointAndOnlyTheBlocksAskedFor() {
    run(Sample.class, "memories").testEvents().assertStatistics(s -> s.succeeded(4));

    assertThat(Seen.RUNS).isEqualTo(plainDigests());
  }

  @Test
  void testsThatRunInParallelHaveMemoriesOfTheirOwn() {
    EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(Parallel.class))
        .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
        .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
        .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
        .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "4")
        .execute()
        .testEvents()
        .assertStatistics(s -> s.started(12).succeeded(12));

    assertThat(Seen.RUNS).isEqualTo(plainDigests());
  }

  @Test
  void aFailureNamesTapeCheckpointPagesBytesAndTheEventThatWroteThem() {
    EngineExecutionResults results = run(Sample.class, "fails");

    results.testEvents().assertStatistics(s -> s.succeeded(3).failed(1));
    assertThat(results.testEvents().failed().map(e -> e.getTestDescriptor().getDisplayName()))
        .containsExactly("[4] checkpoint 3 of tapes/lost-pages.tape");
    String a5 = " a5".repeat(15);
    assertThat(failureOf(results)).isInstanceOf(AssertionFailedError.class);
    assertThat(String.valueOf(failureOf(results).getMessage()).lines())
        .containsExactly(
            "tapes/lost-pages.tape, checkpoint 3: pvm (observed) and svm differ on 17 pages of ram:"
                + " 0x201000..0x203fff, 0x205000..0x206fff, 0x209000..0x20afff, 0x20d000..0x20dfff,"
                + " 0x20f000..0x20ffff, 0x211000..0x212fff, 0x215000..0x215fff, 0x217000..0x217fff,"
                + " 0x219000..0x21afff, 0x21d000..0x21dfff, 0x21f000..0x21ffff",
            "  page ram+0x201000, from byte 0x0 on:",
            "    pvm (observed)  0x201000     52" + a5,
            "    svm             0x201000     db" + a5,
            "                                 ^^",
            "    pvm (observed)  0x201010     a5" + a5,
            "    svm             0x201010     a5" + a5,
            "  svm: written last by event 44, stream offset 0x347745, checkpoint 0");
  }

  @Test
  void aFailureOfAnotherAssertionLibraryKeepsWhatWasExpectedAndIsLocatedAsWell() {
    Throwable failure = failureOf(run(Sample.class, "unequal"));

    assertThat(failure)
        .isInstanceOf(AssertionFailedError.class)
        .hasMessageStartingWith(IN_STEP + ", checkpoint 2: ");
    assertThat(((AssertionFailedError) failure).getExpected().getStringRepresentation())
        .isEqualTo("7");
    assertThat(failure.getStackTrace()).anyMatch(frame -> frame.getMethodName().equals("unequal"));
  }

  @Test
  void memoriesCannotBeWritten() {
    assertThat(failureOf(run(Sample.class, "writes")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("rebuilt memory is for reading only");
  }

  @Test
  void aTimelineThatATestHasMovedDoesNotDisturbTheNextOne() {
    run(Sample.class, "moves").testEvents().assertStatistics(s -> s.succeeded(4));
    assertThat(Seen.RUNS).isEqualTo(plainDigests());
  }

  @Test
  void aMemoryThatNothingNamesIsAskedFor() {
    assertThat(failureOf(run(Sample.class, "nameless")))
        .isInstanceOf(ParameterResolutionException.class)
        .hasMessageContaining("which memory is parameter 'memory'?", "@Of");
  }

  @Test
  void aTestWithoutACheckpointToRunAtFails() {
    assertThat(containerFailure(run(Sample.class, "nowhere")))
        .isInstanceOf(ColotapeException.class)
        .hasMessage(
            "no checkpoint to run nowhere at (%s): choose some of [0, 1, 2, 3]; incomplete ones"
                + " only run if that is asked for",
            IN_STEP);
  }

  @Test
  void aTapeThatIsNotThereIsNamed() {
    for (String method : List.of("missing", "missingOnClassPath", "missingFile")) {
      assertThat(containerFailure(run(Sample.class, method)))
          .isInstanceOf(ColotapeException.class)
          .hasMessageStartingWith("no such tape (")
          .hasMessageContaining("tapes/nosuch.tape");
    }
  }

  @Test
  void aMissingTapeIsRecordedOnceAndThenReplayed() throws Exception {
    Files.deleteIfExists(Path.of(RECORDED));

    EngineExecutionResults first = all(Recording.class);
    first.testEvents().assertStatistics(s -> s.started(4).succeeded(4));
    all(Recording.class).testEvents().assertStatistics(s -> s.started(4).succeeded(4));

    assertThat(Recorder.RECORDED_TIMES).hasValue(1);
    assertThat(Path.of(RECORDED)).exists();
  }

  @Test
  void aRecorderThatRecordsNothingIsNamed() {
    assertThat(containerFailure(run(Sample.class, "idle")))
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining(IdleRecorder.class.getName() + " recorded nothing");
  }

  @Test
  void aRecordingOnABrokerIsReplayedFromThere() {
    try (KafkaLog log = KafkaLog.embedded(folder);
        TapeSource tape = TapeSource.open(inStep());
        EventSink sink = log.create("in-step", tape.recording().getId(), 3)) {
      tape.forEach(sink::accept);
      sink.seal();

      EngineTestKit.engine("junit-jupiter")
          .selectors(selectClass(OnKafka.class))
          .configurationParameter("colotape.home", folder.toString())
          .execute()
          .testEvents()
          .assertStatistics(s -> s.started(4).succeeded(4));
    }
    assertThat(Seen.RUNS).isEqualTo(plainDigests());
    assertThat(containerFailure(all(OnKafka.class)))
        .hasMessageContaining("colotape.bootstrap.servers", "colotape.home");
  }

  private static EngineExecutionResults all(Class<?> type) {
    return execute(selectClass(type));
  }

  private static EngineExecutionResults run(Class<?> type, String method) {
    for (var candidate : type.getDeclaredMethods()) {
      if (candidate.getName().equals(method)) {
        return execute(selectMethod(type, candidate));
      }
    }
    throw new IllegalArgumentException(method);
  }

  private static EngineExecutionResults execute(DiscoverySelector selector) {
    return EngineTestKit.engine("junit-jupiter").selectors(selector).execute();
  }

  private static Throwable failureOf(EngineExecutionResults results) {
    return throwable(results.testEvents().failed().list());
  }

  private static Throwable containerFailure(EngineExecutionResults results) {
    return throwable(results.containerEvents().failed().list());
  }

  private static Throwable throwable(List<Event> failed) {
    assertThat(failed).isNotEmpty();
    return failed
        .getFirst()
        .getRequiredPayload(TestExecutionResult.class)
        .getThrowable()
        .orElseThrow();
  }

  private static Path inStep() {
    return Path.of("src/test/resources/" + IN_STEP);
  }

  /** Digest of the cache by checkpoint, found without the extension. */
  private Map<String, String> plainDigests() {
    Map<String, String> digests = new ConcurrentHashMap<>();
    ReplaySettings settings =
        ReplaySettings.of(RuleSet.QEMU, new ScratchSpace(folder.resolve("scratch")));
    try (Timeline timeline = new Timeline(Tape.of(inStep()), settings, SnapshotCache.none())) {
      for (int checkpoint = 0; checkpoint <= 3; checkpoint++) {
        timeline.toCheckpoint(checkpoint);
        digests.put(
            Integer.toString(checkpoint), timeline.cache().block("ram").digest().toString());
      }
    }
    return digests;
  }

  /** What the samples have seen. */
  static final class Seen {
    static final Map<String, String> RUNS = new ConcurrentHashMap<>();

    private Seen() {}

    static void digest(Checkpoint checkpoint, GuestMemory memory) {
      String digest = memory.block("ram").digest().toString();
      String before = RUNS.putIfAbsent(Integer.toString(checkpoint.number()), digest);
      assertThat(before).isIn(null, digest);
    }
  }

  static class Sample {
    @ReplayTest(IN_STEP)
    void each(Checkpoint checkpoint) {
      assertThat(checkpoint.complete()).isTrue();
    }

    @ReplayTest(
        value = IN_STEP,
        checkpoints = {0, 1, 3},
        from = 1)
    void chosen(Checkpoint checkpoint) {
      Seen.RUNS.put(Integer.toString(checkpoint.number()), "");
    }

    @ReplayTest(value = IN_STEP, checkpoints = 2, name = "{checkpoint}nd: {displayName}")
    void named(Checkpoint checkpoint) {
      assertThat(checkpoint).hasToString(IN_STEP + ", checkpoint 2");
    }

    @ReplayTest(value = IN_STEP, blocks = "ram")
    void memories(Checkpoint checkpoint, @Of(Memory.CACHE) GuestMemory copy, GuestMemory svm) {
      assertThat(copy.blocks()).hasSize(1);
      assertThat(svm.kind()).isEqualTo(Memory.SVM);
      Seen.digest(checkpoint, copy);
    }

    @ReplayTest(value = "tapes/lost-pages.tape", blocks = "ram")
    void fails(Checkpoint checkpoint, Observed pvm, GuestMemory svm) {
      if (checkpoint.number() == 3) {
        assertThat(pvm.blocks()).isEqualTo(Set.of("ram"));
        MemoryAssertions.assertAsObserved(pvm, svm);
      } else {
        assertThat(pvm.isEmpty()).isTrue();
      }
    }

    @ReplayTest(value = IN_STEP, checkpoints = 2)
    void unequal(Checkpoint checkpoint) {
      assertEquals(7, checkpoint.number());
    }

    @ReplayTest(value = IN_STEP, checkpoints = 2)
    void writes(GuestMemory svm) {
      svm.block("ram").fill(0, (byte) 1);
    }

    @ReplayTest(IN_STEP)
    void moves(Checkpoint checkpoint, Timeline timeline) {
      Seen.digest(checkpoint, timeline.cache());
      timeline.toEvent(checkpoint.number() % 2 == 0 ? 5 : checkpoint.lastSeq() + 3);
    }

    @ReplayTest(IN_STEP)
    void nameless(GuestMemory memory) {
      assertThat(memory).isNull();
    }

    @ReplayTest(value = IN_STEP, from = 4)
    void nowhere() {}

    @ReplayTest("tapes/nosuch.tape")
    void missing() {}

    @ReplayTest("classpath:tapes/nosuch.tape")
    void missingOnClassPath() {}

    @ReplayTest("file:tapes/nosuch.tape")
    void missingFile() {}

    @ReplayTest("target/replay-test/idle.tape")
    @RecordedWith(IdleRecorder.class)
    void idle() {}
  }

  static class Parallel {
    @ReplayTest(IN_STEP)
    void first(Checkpoint checkpoint, GuestMemory cache) {
      Seen.digest(checkpoint, cache);
    }

    @ReplayTest("file:src/test/resources/tapes/in-step.tape")
    void second(Checkpoint checkpoint, GuestMemory cache) {
      Seen.digest(checkpoint, cache);
    }

    @ReplayTest(IN_STEP)
    void third(Checkpoint checkpoint, GuestMemory cache) {
      Seen.digest(checkpoint, cache);
    }
  }

  static class OnKafka {
    @ReplayTest("kafka:in-step")
    void replays(Checkpoint checkpoint, GuestMemory cache) {
      Seen.digest(checkpoint, cache);
    }
  }

  @RecordedWith(Recorder.class)
  static class Recording {
    @ReplayTest(RECORDED)
    void once(GuestMemory cache, GuestMemory svm) {
      MemoryAssertions.assertSameMemory(cache, svm);
    }

    @ReplayTest(RECORDED)
    void again(Checkpoint checkpoint) {
      assertThat(checkpoint.complete()).isTrue();
    }
  }

  static final class Recorder implements TapeRecorder {
    static final AtomicInteger RECORDED_TIMES = new AtomicInteger();

    @Override
    public void record(Path tape) {
      RECORDED_TIMES.incrementAndGet();
      EventScript script =
          EventScript.withReturnPath()
              .coloMigration("ram", 8 * EventScript.PAGE, s -> s.raw("ram", 0, 1))
              .checkpoint(s -> s.raw("ram", EventScript.PAGE, 2))
              .end();
      try (TapeSink sink = TapeSink.create(tape, script.source().recording())) {
        script.events().forEach(sink::accept);
        sink.seal();
      }
    }
  }

  static final class IdleRecorder implements TapeRecorder {
    @Override
    public void record(Path tape) {}
  }
}
