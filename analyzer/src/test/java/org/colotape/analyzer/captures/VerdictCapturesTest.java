package org.colotape.analyzer.captures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.colotape.analyzer.captures.Capture.Image;
import org.colotape.analyzer.diff.BlockComparison;
import org.colotape.analyzer.diff.Divergence;
import org.colotape.analyzer.diff.MemoryPair;
import org.colotape.analyzer.diff.PageSet;
import org.colotape.analyzer.diff.Source;
import org.colotape.analyzer.verdict.Analysis;
import org.colotape.analyzer.verdict.AnalysisSettings;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;
import org.colotape.analyzer.verdict.Outcome;
import org.colotape.analyzer.verdict.RecordingVerdict;
import org.colotape.replayer.fixture.EventList;
import org.colotape.replayer.memory.PageWriter;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.PageEncoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The verdict on a capture is what is known of the QEMU that it was taken from. */
class VerdictCapturesTest {
  private static final String RAM = "ram";
  private static final int PAGE = 4096;

  @TempDir Path scratch;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "11.1-colo-verify-kvm",
        "11.1-colo-verify-multifd",
        "11.1-colo-verify-xbzrle",
        "11.1-colo-nodesc-kvm",
        "11.1-colo-quiet-kvm",
        "10.0-colo-verify-kvm",
        "7.2-colo-verify-kvm",
        "7.2-colo-quiet-tcg"
      })
  void aHealthyPairIsInStepWithThePvmObserved(String name) throws IOException {
    Capture capture = Capture.named(name);
    RecordingVerdict verdict = analyze(capture.recordObserved(), RuleSet.QEMU);
    assertThat(verdict.outcome()).isEqualTo(Outcome.IN_STEP);
    assertThat(verdict.loadError()).isNull();
    assertThat(verdict.compared().stream().filter(c -> pvm(c) == Source.OBSERVED))
        .extracting(Compared::checkpoint)
        .containsExactlyElementsOf(capture.images().stream().map(Image::checkpoint).toList());
  }

  /**
   * The images of this capture were read while the PVM ran again, so they hold the host's writes to
   * the kvmclock page, which no stream can have.
   */
  @Test
  void anIdleGuestWithKvmclockDivergesOnThatPageOnly() throws IOException {
    RecordingVerdict verdict =
        analyze(Capture.named("10.0-colo-quiet-kvm").recordObserved(), RuleSet.QEMU);
    assertThat(verdict.compared().stream().filter(Compared::diverged))
        .extracting(Compared::checkpoint)
        .containsExactly(4, 6);
    Divergence clock = verdict.firstDivergent().orElseThrow().divergences().getFirst();
    assertThat(verdict.firstDivergent().orElseThrow().pagesDiffering()).isEqualTo(1);
    assertThat(clock.offset()).isEqualTo(0xe8000);
    assertThat(clock.firstDifference()).isBetween(0x580, 0x59f);
  }

  @Test
  void qemu72UnderTcgDivergesOnExactlyThePagesThatItLost() throws IOException {
    Capture capture = Capture.named("7.2-colo-verify");
    List<Event> events = capture.recordObserved();
    RecordingVerdict verdict = analyze(events, RuleSet.QEMU);
    assertThat(verdict.outcome()).isEqualTo(Outcome.DIVERGED);
    assertThat(verdict.firstDivergent().orElseThrow().checkpoint()).isEqualTo(3);
    Map<Integer, PageSet> lost = new HashMap<>();
    for (Image image : capture.images()) {
      byte[] folded = fold(events, image.checkpoint(), (int) image.bytes().byteSize());
      BitSet pages = new BitSet();
      for (int page = 0; page < folded.length / PAGE; page++) {
        byte[] theirs =
            image.bytes().asSlice((long) page * PAGE, PAGE).toArray(ValueLayout.JAVA_BYTE);
        pages.set(page, !Arrays.equals(theirs, 0, PAGE, folded, page * PAGE, (page + 1) * PAGE));
      }
      lost.put(image.checkpoint(), PageSet.of(pages));
    }
    assertThat(lost).containsOnlyKeys(3, 4, 5, 6);
    for (Compared checkpoint : verdict.compared()) {
      BlockComparison ram = ram(checkpoint);
      PageSet expected = lost.getOrDefault(checkpoint.checkpoint(), PageSet.EMPTY);
      assertThat(ram.differing(MemoryPair.PVM_CACHE)).isEqualTo(expected);
      assertThat(ram.differing(MemoryPair.PVM_SVM)).isEqualTo(expected);
      assertThat(ram.differing(MemoryPair.CACHE_SVM)).isEqualTo(PageSet.EMPTY);
    }
    for (PageSet pages : lost.values()) {
      assertThat(pages.size()).isBetween(131, 132);
      assertThat(pages.ranges().getFirst().from()).isGreaterThanOrEqualTo(0x201);
      assertThat(pages.ranges().getLast().to()).isLessThanOrEqualTo(0x300);
    }
  }

  @Test
  void everyDivergenceCitesTheBytesAndTheEventThatLastWroteThePage() throws IOException {
    List<Event> events = Capture.named("7.2-colo-verify").recordObserved();
    RecordingVerdict verdict = analyze(events, RuleSet.QEMU);
    for (Compared checkpoint : verdict.compared()) {
      for (Divergence divergence : checkpoint.divergences()) {
        assertThat(divergence.left().bytes()).isNotEqualTo(divergence.right().bytes());
        PageWriter cited = Objects.requireNonNull(divergence.lastSent());
        Event writer = events.get((int) cited.seq());
        assertThat(writer.getKind()).isEqualTo(Kind.PAGE);
        assertThat(writer.getStreamOffset()).isEqualTo(cited.streamOffset());
        assertThat(writer.getCheckpoint()).isLessThanOrEqualTo(checkpoint.checkpoint());
        long first = writer.getPage().getOffset();
        assertThat(divergence.offset())
            .isBetween(first, first + (writer.getPage().getPages() - 1) * (long) PAGE);
      }
    }
  }

  @Test
  void afterTheFirstObservationOnlyPagesThatMayHaveChangedAreLookedAt() throws IOException {
    RecordingVerdict verdict =
        analyze(Capture.named("10.0-colo-verify-kvm").recordObserved(), RuleSet.QEMU);
    for (Compared checkpoint : verdict.compared()) {
      boolean whole = checkpoint.blocks().stream().anyMatch(BlockComparison::whole);
      assertThat(whole).isEqualTo(checkpoint.checkpoint() == 0 || checkpoint.checkpoint() == 3);
      if (!whole) {
        // this guest changes nothing without sending it
        assertThat(checkpoint.pagesCompared()).isEqualTo(checkpoint.pagesWritten());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0-colo-verify-kvm", "7.2-colo-quiet-tcg"})
  void theOriginalPatchLeavesWhatWasSentBeforeColoOutOfTheCache(String name) throws IOException {
    List<Event> events = Capture.named(name).record();
    RecordingVerdict verdict = analyze(events, RuleSet.SEED_2018);
    assertThat(verdict.firstDivergent().orElseThrow().checkpoint()).isZero();
    int length = (int) usedLength(events);
    byte[] initial = fold(events, 0, length);
    for (Compared checkpoint : verdict.compared()) {
      BitSet since = new BitSet();
      pagesOf(events, checkpoint.checkpoint()).stream()
          .filter(event -> event.getCheckpoint() > 0)
          .forEach(event -> {
            int first = (int) (event.getPage().getOffset() / PAGE);
            since.set(first, first + event.getPage().getPages());
          });
      BitSet missing = new BitSet();
      for (int page = 0; page < length / PAGE; page++) {
        boolean zero =
            Arrays.equals(initial, page * PAGE, (page + 1) * PAGE, new byte[PAGE], 0, PAGE);
        missing.set(page, !zero && !since.get(page));
      }
      assertThat(ram(checkpoint).differing(MemoryPair.PVM_CACHE)).isEqualTo(PageSet.of(missing));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"10.0-colo-multifd", "10.0-multifd-zstd", "7.2-colo-multifd", "7.2-multifd-none"})
  void aMultifdStreamWithoutItsChannelsIsNotDecided(String name) throws IOException {
    RecordingVerdict verdict = analyze(Capture.named(name).recordMainChannel(), RuleSet.QEMU);
    assertThat(verdict.outcome()).isEqualTo(Outcome.UNDECIDED);
    assertThat(verdict.doubts()).isNotEmpty();
  }

  /** Both versions of QEMU fail to load the first checkpoint of a pair with multifd. */
  @ParameterizedTest
  @ValueSource(strings = {"10.0-colo-multifd", "7.2-colo-multifd"})
  void aPairThatDiedOfMultifdIsUndecided(String name) throws IOException {
    RecordingVerdict verdict = analyze(Capture.named(name).record(), RuleSet.QEMU);
    assertThat(verdict.outcome()).isEqualTo(Outcome.UNDECIDED);
    assertThat(verdict.compared()).isNotEmpty();
  }

  /** WIRE-11.1.md, section 15, fault A: what the PVM wrote last before COLO was never sent. */
  @Test
  void qemu111UnderTcgDivergesOnThePagesThatCheckpoint1Lacks() throws IOException {
    RecordingVerdict once = analyze(Capture.named("11.1-colo-verify-tcg").recordObserved());
    assertThat(once.compared().stream().filter(Compared::diverged))
        .extracting(Compared::checkpoint, Compared::pagesDiffering)
        .startsWith(tuple(1, 264L));
    RecordingVerdict ever = analyze(Capture.named("11.1-colo-tcg-lostpages").recordObserved());
    assertThat(ever.compared().stream().filter(Compared::diverged))
        .extracting(Compared::checkpoint, Compared::pagesDiffering)
        .startsWith(tuple(1, 266L))
        .contains(tuple(4, 266L));
  }

  /**
   * Fault B: the secondary's reset throws three firmware blocks back, and no flush restores them.
   */
  @Test
  void qemu111DivergesOnTheFirmwareThatItsResetThrowsBack() throws IOException {
    RecordingVerdict verdict = analyze(Capture.named("11.1-colo-svm-rom-kvm").recordObserved());
    Compared first = verdict.firstDivergent().orElseThrow();
    assertThat(first.checkpoint()).isEqualTo(1);
    assertThat(first.blocks().stream().filter(b -> b.differing().containsKey(MemoryPair.CACHE_SVM)))
        .extracting(BlockComparison::block, b -> b.differing(MemoryPair.CACHE_SVM).size())
        .containsExactlyInAnyOrder(
            tuple("/rom@etc/acpi/tables", 3),
            tuple("/rom@etc/table-loader", 1),
            tuple("/rom@etc/acpi/rsdp", 1));
    assertThat(first.blocks()).allMatch(b -> b.differing(MemoryPair.PVM_CACHE).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0-multifd-zstd", "7.2-multifd-none", "11.1-multifd-zstd"})
  void aMultifdStreamWithItsChannelsIsInStep(String name) throws IOException {
    RecordingVerdict verdict = analyze(Capture.named(name).record(), RuleSet.QEMU);
    assertThat(verdict.outcome()).isEqualTo(Outcome.IN_STEP);
    assertThat(verdict.compared()).isNotEmpty();
  }

  private RecordingVerdict analyze(List<Event> events) {
    return analyze(events, RuleSet.QEMU);
  }

  private RecordingVerdict analyze(List<Event> events, RuleSet rules) {
    AnalysisSettings settings =
        AnalysisSettings.of(new ScratchSpace(scratch)).withRules(rules).withEvidence(200);
    return Analysis.of(new EventList(events), settings, checkpoint -> {});
  }

  private static BlockComparison ram(Compared checkpoint) {
    return checkpoint.blocks().stream()
        .filter(block -> block.block().equals(RAM))
        .findFirst()
        .orElseThrow();
  }

  private static Source pvm(Compared checkpoint) {
    return Objects.requireNonNull(ram(checkpoint).sources().get(Memory.PVM));
  }

  /**
   * What the stream said of the block up to the end of a checkpoint: the simplest fold there is.
   */
  private static byte[] fold(List<Event> events, int checkpoint, int length) {
    byte[] memory = new byte[length];
    for (Event event : pagesOf(events, checkpoint)) {
      int at = (int) event.getPage().getOffset();
      if (event.getPage().getEncoding() == PageEncoding.ZERO) {
        Arrays.fill(memory, at, at + event.getPage().getPages() * PAGE, (byte) 0);
      } else {
        assertThat(event.getPage().getEncoding()).isEqualTo(PageEncoding.RAW);
        event.getWire().duplicate().position(event.getPage().getDataStart()).get(memory, at, PAGE);
      }
    }
    return memory;
  }

  private static List<Event> pagesOf(List<Event> events, int checkpoint) {
    return events.stream()
        .filter(event -> event.getKind() == Kind.PAGE && event.getCheckpoint() <= checkpoint)
        .filter(event -> event.getPage().getBlock().equals(RAM))
        .toList();
  }

  private static long usedLength(List<Event> events) {
    return events.stream()
        .filter(event -> event.getKind() == Kind.RAM_BLOCK_LIST)
        .flatMap(event -> event.getBlocks().getBlocks().stream())
        .filter(block -> block.getName().equals(RAM))
        .findFirst()
        .orElseThrow()
        .getUsedLength();
  }
}
