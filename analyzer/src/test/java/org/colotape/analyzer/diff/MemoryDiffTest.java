package org.colotape.analyzer.diff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.colotape.analyzer.diff.Trio.PAGE;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.PageWriter;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.Observation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MemoryDiffTest {
  private static final int PAGES = 100;

  @TempDir Path scratch;
  private Trio trio;

  @BeforeEach
  void open() {
    trio = new Trio(scratch, PAGES);
  }

  @AfterEach
  void close() {
    trio.close();
  }

  @Test
  void memoriesThatHoldTheSameDoNotDiffer() {
    trio.sent(3, 1).sent(4, 2);
    BlockComparison comparison = trio.compare();
    assertThat(comparison.differing()).isEmpty();
    assertThat(comparison.sources())
        .containsOnlyKeys(Memory.PVM, Memory.CACHE, Memory.SVM)
        .containsValue(Source.MODEL);
  }

  @Test
  void whatOnlyThePvmHoldsDiffersFromBothOthers() {
    trio.pvm.fill(7, (byte) 1);
    BlockComparison comparison = trio.compare();
    assertThat(comparison.differing())
        .isEqualTo(Map.of(MemoryPair.PVM_CACHE, pages(7), MemoryPair.PVM_SVM, pages(7)));
    assertThat(comparison.differingPages()).isEqualTo(pages(7));
  }

  @Test
  void whatWasNotFlushedDiffersBetweenCacheAndSvm() {
    trio.sent(7, 1);
    trio.pvm.fill(7, (byte) 2);
    trio.cache.fill(7, (byte) 2);
    assertThat(trio.compare().differing())
        .isEqualTo(Map.of(MemoryPair.CACHE_SVM, pages(7), MemoryPair.PVM_SVM, pages(7)));
  }

  @Test
  void aCacheThatAloneIsWrongDiffersFromBothOthers() {
    trio.sent(7, 1);
    trio.cache.fill(7, (byte) 2);
    assertThat(trio.compare().differing())
        .isEqualTo(Map.of(MemoryPair.PVM_CACHE, pages(7), MemoryPair.CACHE_SVM, pages(7)));
  }

  @Test
  void threeDifferentContentsDifferInEveryPair() {
    trio.pvm.fill(7, (byte) 1);
    trio.cache.fill(7, (byte) 2);
    trio.svm.fill(7, (byte) 3);
    assertThat(trio.compare().differing()).containsOnlyKeys(MemoryPair.values());
  }

  @ParameterizedTest
  @EnumSource(names = {"PVM", "CACHE", "SVM"})
  void anObservationTakesThePlaceOfTheModel(Memory memory) {
    trio.sent(7, 1);
    trio.observed(memory, 7, List.of(2), List.of(7));
    BlockComparison comparison = trio.compare();
    assertThat(comparison.sources()).containsEntry(memory, Source.PARTLY_OBSERVED);
    List<MemoryPair> withIt =
        Arrays.stream(MemoryPair.values())
            .filter(pair -> pair.left() == memory || pair.right() == memory)
            .toList();
    assertThat(comparison.differing()).containsOnlyKeys(withIt);
  }

  @Test
  void twoObservationsAreComparedWithEachOther() {
    trio.sent(7, 1);
    trio.observed(Memory.PVM, 7, List.of(2), List.of(7));
    trio.observed(Memory.SVM, 7, List.of(2), List.of(7));
    assertThat(trio.compare().differing())
        .isEqualTo(Map.of(MemoryPair.PVM_CACHE, pages(7), MemoryPair.CACHE_SVM, pages(7)));
  }

  @Test
  void aBlockThatIsObservedWholeIsCalledSo() {
    trio.observed(Memory.PVM, 0, Collections.nCopies(PAGES, 0), List.of());
    assertThat(trio.compare().sources()).containsEntry(Memory.PVM, Source.OBSERVED);
  }

  @Test
  void anObservationHoldsAtItsCheckpointOnly() {
    trio.sent(7, 1);
    trio.observed(Memory.PVM, 7, List.of(2), List.of(7));
    assertThat(trio.compare().differingPages()).isEqualTo(pages(7));
    BlockComparison next = trio.compare();
    assertThat(next.differingPages()).isEqualTo(PageSet.EMPTY);
    assertThat(next.sources()).containsEntry(Memory.PVM, Source.MODEL);
  }

  @Test
  void aPageThatStaysDifferentIsReportedAtEachCheckpointWithoutBeingLookedAtAgain() {
    trio.pvm.fill(7, (byte) 1);
    trio.compare();
    BlockComparison next = trio.compare();
    assertThat(next.differingPages()).isEqualTo(pages(7));
    assertThat(next.compared()).isZero();
  }

  @Test
  void aPageThatIsWrittenAgainIsLookedAtAgain() {
    trio.pvm.fill(7, (byte) 1);
    trio.compare();
    trio.sent(7, 3);
    BlockComparison next = trio.compare();
    assertThat(next.differing()).isEmpty();
    assertThat(next.compared()).isEqualTo(1);
  }

  @Test
  void workFollowsTheDirt() {
    IntStream.range(0, PAGES).forEach(page -> trio.sent(page, 1));
    assertThat(trio.compare().whole()).isTrue();
    trio.sent(3, 2).sent(9, 2);
    BlockComparison next = trio.compare();
    assertThat(next.compared()).isEqualTo(2);
    assertThat(next.whole()).isFalse();
  }

  @Test
  void theFirstObservationIsAComparisonOfAllOfItAndSaysSo() {
    trio.compare();
    trio.observed(Memory.PVM, 0, Collections.nCopies(PAGES, 0), List.of());
    BlockComparison first = trio.compare();
    assertThat(first.whole()).isTrue();
    assertThat(first.compared()).isEqualTo(PAGES);
  }

  @Test
  void afterTheFirstObservationOnlyChangedDigestsAreLookedAt() {
    trio.compare();
    trio.observed(Memory.PVM, 0, Collections.nCopies(PAGES, 0), List.of());
    trio.compare();
    assertThat(trio.compare().compared()).isZero();
    List<Integer> fills = new ArrayList<>(Collections.nCopies(PAGES, 0));
    fills.set(5, 9);
    trio.observed(Memory.PVM, 0, fills, List.of(5));
    BlockComparison next = trio.compare();
    assertThat(next.whole()).isFalse();
    assertThat(next.compared()).isEqualTo(1);
    assertThat(next.differingPages()).isEqualTo(pages(5));
  }

  @Test
  void changesOfACheckpointThatWasNotComparedAreLookedAtInTheNextComparison() {
    trio.compare();
    trio.pvm.fill(7, (byte) 1);
    trio.diff.advance();
    trio.next();
    assertThat(trio.compare().differingPages()).isEqualTo(pages(7));
  }

  @Test
  void aMemoryOfWhichNothingIsKnownIsNotCompared() {
    try (MemoryDiff diff = withoutCache()) {
      trio.pvm.fill(7, (byte) 1);
      trio.svm.fill(7, (byte) 2);
      diff.advance();
      BlockComparison comparison = diff.compare().getFirst();
      assertThat(comparison.sources()).containsOnlyKeys(Memory.PVM, Memory.SVM);
      assertThat(comparison.differing()).isEqualTo(Map.of(MemoryPair.PVM_SVM, pages(7)));
    }
  }

  @Test
  void evidenceHasTheBytesOfBothSidesAndWhoWroteThem() {
    byte[] sent = new byte[PAGE];
    byte[] stale = new byte[PAGE];
    sent[0x123] = 1;
    trio.writingFor(10, 0x1000, 1).cache.write(7, stale, 0);
    trio.writingFor(20, 0x2000, 3).pvm.write(7, sent, 0);
    trio.diff.advance();
    trio.diff.compare();
    List<Divergence> all = trio.diff.divergences(3, 10);
    Divergence first = all.getFirst();
    assertThat(all)
        .extracting(Divergence::pair)
        .containsExactly(MemoryPair.PVM_CACHE, MemoryPair.PVM_SVM);
    assertThat(first.checkpoint()).isEqualTo(3);
    assertThat(first.block()).isEqualTo(Trio.RAM);
    assertThat(first.offset()).isEqualTo(7 * PAGE);
    assertThat(first.firstDifference()).isEqualTo(0x123);
    assertThat(first.lastSent()).isEqualTo(new PageWriter(20, 0x2000, 3));
    assertThat(byteAt(0x123, first.left())).isEqualTo((byte) 1);
    assertThat(byteAt(0x123, first.right())).isEqualTo((byte) 0);
    assertThat(first.right().lastWriter()).isEqualTo(new PageWriter(10, 0x1000, 1));
    assertThat(all.getLast().right().lastWriter()).isNull();
  }

  @Test
  void evidenceOfAnObservedPageHasTheBytesThatTheObservationCarries() {
    trio.sent(7, 1);
    trio.observed(Memory.PVM, 7, List.of(2), List.of(7));
    trio.diff.advance();
    trio.diff.compare();
    Divergence divergence = trio.diff.divergences(0, 1).getFirst();
    assertThat(divergence.left().source()).isEqualTo(Source.OBSERVED);
    assertThat(byteAt(0, divergence.left())).isEqualTo((byte) 2);
    assertThat(divergence.left().lastWriter()).isNull();
    assertThat(divergence.firstDifference()).isZero();
  }

  @Test
  void anObservedPageThatIsAsTheStreamSaidHasTheStreamsBytes() {
    trio.pvm.fill(7, (byte) 2);
    trio.observed(Memory.PVM, 7, List.of(2), List.of());
    trio.diff.advance();
    trio.diff.compare();
    Divergence divergence = trio.diff.divergences(0, 1).getFirst();
    assertThat(divergence.left().source()).isEqualTo(Source.OBSERVED);
    assertThat(byteAt(0, divergence.left())).isEqualTo((byte) 2);
  }

  @Test
  void aPageThatIsKnownByItsDigestOnlyIsReportedWithoutBytes() {
    trio.sent(7, 1);
    trio.observed(Memory.PVM, 7, List.of(2), List.of());
    trio.diff.advance();
    assertThat(trio.diff.compare().getFirst().differingPages()).isEqualTo(pages(7));
    Divergence divergence = trio.diff.divergences(0, 1).getFirst();
    assertThat(divergence.left().bytes()).isNull();
    assertThat(divergence.right().bytes()).isNotNull();
    assertThat(divergence.firstDifference()).isEqualTo(-1);
    assertThat(divergence.left().digest()).isNotEqualTo(divergence.right().digest());
  }

  @Test
  void evidenceIsLimitedByPagesNotByPairs() {
    IntStream.range(0, 5).forEach(page -> trio.pvm.fill(page, (byte) 1));
    trio.diff.advance();
    trio.diff.compare();
    assertThat(trio.diff.divergences(0, 2)).hasSize(4);
    assertThat(trio.diff.divergences(0, 0)).isEmpty();
  }

  @Test
  void anObservationThatDoesNotFitTheBlockIsRefusedWithAReason() {
    Observation beyond = Trio.observation(Memory.PVM, PAGES, List.of(1), List.of());
    Observation stranger = Trio.observation(Memory.PVM, 0, List.of(1), List.of());
    stranger.setBlock("vga.vram");
    Observation otherPages = Trio.observation(Memory.PVM, 0, List.of(1), List.of());
    otherPages.setPageSize(8192);
    Observation unknown = Trio.observation(Memory.UNKNOWN, 0, List.of(1), List.of());
    assertThat(trio.diff.observe(beyond)).contains("beyond the block's used length");
    assertThat(trio.diff.observe(stranger)).contains("no RAM block list introduced");
    assertThat(trio.diff.observe(otherPages)).contains("pages of 8192 bytes");
    assertThat(trio.diff.observe(unknown)).contains("does not know");
    assertThat(trio.compare().sources()).doesNotContainValue(Source.PARTLY_OBSERVED);
  }

  @Test
  void bytesThatTheirDigestContradictsAreNotUsed() {
    trio.sent(7, 1);
    Observation lying = Trio.observation(Memory.PVM, 7, List.of(2), List.of(7));
    lying.setDigests(Trio.observation(Memory.PVM, 7, List.of(3), List.of()).getDigests());
    assertThat(trio.diff.observe(lying)).contains("0x7000");
    trio.diff.advance();
    trio.diff.compare();
    assertThat(trio.diff.divergences(0, 1).getFirst().left().bytes()).isNull();
  }

  @Test
  void aBlockThatGetsAnotherLengthIsComparedAnew() {
    trio.pvm.fill(7, (byte) 1);
    trio.pvm.fill(PAGES - 1, (byte) 1);
    trio.compare();
    List.of(trio.pvm, trio.cache, trio.svm).forEach(block -> block.resize(50L * PAGE));
    BlockComparison shrunk = trio.compare();
    assertThat(shrunk.differingPages()).isEqualTo(pages(7));
    assertThat(shrunk.pages()).isEqualTo(50);
    List.of(trio.pvm, trio.cache, trio.svm).forEach(block -> block.resize((long) PAGES * PAGE));
    trio.observed(Memory.PVM, 0, Collections.nCopies(PAGES, 0), List.of());
    assertThat(trio.compare().differing()).isEmpty();
  }

  private MemoryDiff withoutCache() {
    GuestMemory pvm = new GuestMemory(Memory.PVM);
    GuestMemory svm = new GuestMemory(Memory.SVM);
    pvm.add(trio.pvm);
    svm.add(trio.svm);
    return new MemoryDiff(pvm, new GuestMemory(Memory.CACHE), svm, new ScratchSpace(scratch));
  }

  private static byte byteAt(int index, Side side) {
    return Objects.requireNonNull(side.bytes()).at(index);
  }

  private static PageSet pages(int... pages) {
    BitSet set = new BitSet();
    IntStream.of(pages).forEach(set::set);
    return PageSet.of(set);
  }
}
