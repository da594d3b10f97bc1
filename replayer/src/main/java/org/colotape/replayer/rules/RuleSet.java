package org.colotape.replayer.rules;

import java.util.List;
import java.util.stream.Collectors;
import org.colotape.schema.ColotapeException;

/**
 * How a secondary handles pages. Rule sets that differ in one thing are made by adding a component
 * whose type is an enum of the behaviours, and a named constant.
 *
 * <p>What all rule sets have in common: in COLO state a page goes to the cache only and its bit is
 * set; a flush copies pages whose bit is set from the cache to SVM RAM and clears the bits (QEMU
 * migration/ram.c, colo_flush_ram_cache).
 *
 * @param name what {@code --rules} calls it
 * @param initialPages where pages go before COLO state
 */
public record RuleSet(String name, InitialPages initialPages) {
  /** What QEMU does since 5.0. */
  public static final RuleSet QEMU = new RuleSet("qemu", InitialPages.SVM_AND_CACHE);

  /** The original cache patch of 2018 as it is written. */
  public static final RuleSet SEED_2018 = new RuleSet("seed-2018", InitialPages.SVM_ONLY);

  /** All named rule sets, the default first. */
  public static List<RuleSet> all() {
    return List.of(QEMU, SEED_2018);
  }

  /**
   * The rule set of that name.
   *
   * @throws ColotapeException if there is none
   */
  public static RuleSet named(String name) {
    return all().stream()
        .filter(rules -> rules.name.equals(name))
        .findFirst()
        .orElseThrow(() ->
            new ColotapeException(
                "unknown rule set",
                name,
                "use one of "
                    + all().stream().map(RuleSet::name).collect(Collectors.joining(", "))));
  }
}
