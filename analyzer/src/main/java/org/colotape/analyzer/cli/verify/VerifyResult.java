package org.colotape.analyzer.cli.verify;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.colotape.analyzer.cli.frame.Amounts;
import org.colotape.analyzer.conformance.Conformance;
import org.colotape.analyzer.conformance.Severity;

/**
 * What came of it.
 *
 * @param verified the recording, tape or file
 * @param bytes number of captured bytes
 * @param seconds how long it took
 * @param errors number of findings of that severity; the folded ones too, as all numbers here
 * @param warnings the same
 * @param infos the same
 * @param rules number of findings by id of their rule
 */
record VerifyResult(
    String verified,
    long bytes,
    double seconds,
    long errors,
    long warnings,
    long infos,
    Map<String, Long> rules) {
  static VerifyResult of(String verified, Conformance conformance, double seconds) {
    Map<String, Long> rules = new TreeMap<>();
    conformance.counts().forEach((rule, count) -> rules.put(rule.id(), count));
    return new VerifyResult(
        verified,
        conformance.bytes(),
        seconds,
        conformance.count(Severity.ERROR),
        conformance.count(Severity.WARNING),
        conformance.count(Severity.INFO),
        rules);
  }

  /** The result for people. */
  String line() {
    return String.format(
        Locale.ROOT,
        "%s: %s, %d errors, %d warnings, %d infos (%.2f s, %s/s)",
        verified,
        Amounts.bytes(bytes),
        errors,
        warnings,
        infos,
        seconds,
        Amounts.bytes((long) (bytes / Math.max(seconds, 1e-9))));
  }
}
