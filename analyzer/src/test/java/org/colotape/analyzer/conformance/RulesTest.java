package org.colotape.analyzer.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.colotape.recorder.fixture.ReturnPathBuilder;
import org.colotape.recorder.fixture.SampleStreams;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule finds the damage that breaks it, and says nothing of what is whole. */
class RulesTest {
  private static final Map<String, Supplier<Verified>> DAMAGES = damages();

  private static Map<String, Supplier<Verified>> damages() {
    Map<String, Supplier<Verified>> all = new LinkedHashMap<>(Damages.all());
    all.putAll(HandMade.all());
    all.putAll(FurtherEvents.all());
    return all;
  }

  static Stream<Rule> rules() {
    return Rules.all().stream();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void aRuleFindsTheDamageThatBreaksIt(Rule rule) {
    assertThat(damaged(rule.id()).broken()).contains(rule.id());
  }

  @ParameterizedTest
  @MethodSource("rules")
  void damageThatIsNoErrorBreaksNoRuleThatIsOne(Rule rule) {
    if (rule.severity() != Severity.ERROR) {
      assertThat(damaged(rule.id()).errors()).isEmpty();
    }
  }

  @Test
  void idsAreUniqueAndAllThatIsDamagedIsARule() {
    assertThat(rules().map(Rule::id)).doesNotHaveDuplicates();
    assertThat(DAMAGES.keySet()).isSubsetOf(rules().map(Rule::id).toList());
  }

  @Test
  void aWholeStreamBreaksNoRule() {
    assertThat(new Healthy().verified().findings()).isEmpty();
    assertThat(
            new Healthy()
                .answered(
                    new ReturnPathBuilder().ready(),
                    new ReturnPathBuilder().reply(),
                    new ReturnPathBuilder().received().loaded(),
                    new ReturnPathBuilder().reply(),
                    new ReturnPathBuilder().received().loaded())
                .findings())
        .isEmpty();
  }

  @Test
  void aWholePostcopyMigrationBreaksNoRule() {
    ReturnPathBuilder answers =
        new ReturnPathBuilder().requestPages(0x5000, 8192).pong(1).bitmap(Healthy.BLOCK, 3L);
    assertThat(Damages.postcopy(answers.frame(1, new byte[4])).findings()).isEmpty();
  }

  @Test
  void wholeMultifdChannelsAndMappedRamFilesBreakNoRule() {
    assertThat(FurtherEvents.healthyMultifd().findings()).isEmpty();
    assertThat(FurtherEvents.healthyHardware().findings()).isEmpty();
    assertThat(FurtherEvents.healthyMapped().findings()).isEmpty();
  }

  @Test
  void aRecordingBreaksNoRuleWhenItIsReadAgain() {
    assertThat(Verified.events(HandMade.healthy()).findings()).isEmpty();
  }

  @Test
  void wholeDeltasAndCompressedPagesBreakNoRule() {
    assertThat(Damages.delta(new byte[] {0, 2, 9, 9, 3, 1, 9}).findings()).isEmpty();
    assertThat(Damages.delta(new byte[] {(byte) 0xfe, 0x1f, 2, 9, 9}).findings())
        .as("literals up to the last byte of the page")
        .isEmpty();
    assertThat(
            Healthy.dirty(ram -> ram.page(Healthy.BLOCK, 0, 1).compressed(0x1000, Healthy.ZLIB))
                .verified()
                .findings())
        .isEmpty();
  }

  @Test
  void footersAndDescriptionsMayBeSwitchedOff() {
    assertThat(Verified.bytes(SampleStreams.withoutFooters()).errors())
        .isSubsetOf(Verified.bytes(SampleStreams.colo()).errors())
        .containsExactlyInAnyOrderElementsOf(
            Verified.bytes(SampleStreams.withoutDescription()).errors());
  }

  @Test
  void aFindingSaysWhereItIs() {
    Healthy healthy = Healthy.dirty(ram -> ram.page(Healthy.BLOCK, Healthy.LENGTH, 1));
    Finding finding = healthy.verified().first("page-offset");
    long first = healthy.upToDescription().position();
    assertThat(finding.streamOffset()).as("behind REQUEST, SEND and head").isEqualTo(first + 13);
    assertThat(finding.path()).isEqualTo("ram section 2");
    assertThat(finding.checkpoint()).isEqualTo(1);
    assertThat(finding.text()).contains("0x8000", Healthy.BLOCK);
    assertThat(Healthy.records(ram -> ram.word(0, 0x999)).verified().findings().getFirst().text())
        .contains("flags 0x999");
  }

  @Test
  void findingsInADeviceOfACheckpointNameBlobAndSection() {
    Verified found = damaged("command-in-blob");
    assertThat(found.first("command-in-blob").path()).startsWith("vmstate blob, ");
  }

  private static Verified damaged(String rule) {
    Supplier<Verified> damage = DAMAGES.get(rule);
    if (damage == null) {
      return fail("no damage that breaks " + rule);
    }
    return damage.get();
  }
}
