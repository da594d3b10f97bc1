package org.colotape.analyzer.cli.verify;

import org.colotape.analyzer.conformance.Rule;

/**
 * A rule as {@code --list-rules --json} prints it.
 *
 * @param rule its id
 * @param severity error, warning or info
 * @param demand what must hold
 * @param source where QEMU says so
 */
record RuleJson(String rule, String severity, String demand, String source) {
  static RuleJson of(Rule rule) {
    return new RuleJson(rule.id(), rule.severity().toString(), rule.demand(), rule.source());
  }
}
