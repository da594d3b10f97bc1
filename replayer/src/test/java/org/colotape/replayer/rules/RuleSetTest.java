package org.colotape.replayer.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.colotape.schema.ColotapeException;
import org.junit.jupiter.api.Test;

/** Rule sets have names. */
class RuleSetTest {
  @Test
  void everyRuleSetIsFoundByItsName() {
    assertThat(RuleSet.all()).isNotEmpty();
    for (RuleSet rules : RuleSet.all()) {
      assertThat(RuleSet.named(rules.name())).isSameAs(rules);
    }
  }

  @Test
  void anUnknownNameIsRefusedWithTheNamesThatThereAre() {
    assertThatThrownBy(() -> RuleSet.named("qemu-2"))
        .isInstanceOf(ColotapeException.class)
        .hasMessage("unknown rule set (qemu-2): use one of qemu, seed-2018");
  }
}
