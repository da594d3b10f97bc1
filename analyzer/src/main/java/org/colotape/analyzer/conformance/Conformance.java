package org.colotape.analyzer.conformance;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.colotape.schema.event.Event;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.StreamBytes;

/**
 * Holds the events of one recording to all rules, as they come. It is a sink, so that a recorder
 * can write to it and nothing has to be stored.
 */
public final class Conformance implements EventSink {
  private final Facts facts = new Facts();
  private final EncodingCheck encodings = new EncodingCheck();
  private final List<Check> checks;

  private final Findings findings;
  private long bytes;
  private boolean sealed;

  private Conformance(boolean digests, long most, Consumer<Finding> listener) {
    this.findings = new Findings(facts, most, listener);
    this.checks = all(digests);
  }

  private Conformance(long most, Consumer<Finding> listener) {
    this.findings = new Findings(facts, most, listener);
    this.checks = List.of(new ColoCheck(facts));
  }

  private List<Check> all(boolean digests) {
    return List.of(
        new RecordingCheck(digests),
        new HeaderCheck(),
        new SectionsCheck(facts),
        new CommandsCheck(facts),
        new BlobCheck(facts),
        new BlockListCheck(facts),
        new PagesCheck(facts),
        new RamWordsCheck(),
        encodings,
        new DescriptionCheck(facts),
        new ColoCheck(facts),
        new ReturnPathCheck(facts),
        new MultifdCheck(facts),
        new MappedRamCheck(facts),
        new UnparsedCheck(facts));
  }

  /** Only for the order of the COLO messages. Parameters as for {@link #ofRecording}. */
  public static Conformance ofProtocol(long most, Consumer<Finding> listener) {
    return new Conformance(most, listener);
  }

  /**
   * For events that were recorded before.
   *
   * @param most how many findings of each rule are passed on; the others are counted
   * @param listener takes findings, as they come
   */
  public static Conformance ofRecording(long most, Consumer<Finding> listener) {
    return new Conformance(true, most, listener);
  }

  /** For events that are being recorded: they are as their seals say. Parameters as before. */
  public static Conformance ofSession(long most, Consumer<Finding> listener) {
    return new Conformance(false, most, listener);
  }

  @Override
  public void accept(Event event) {
    bytes += StreamBytes.length(event);
    facts.before(event);
    for (Check check : checks) {
      check.see(event, findings);
    }
    facts.after(event);
  }

  /** There are no more events. */
  @Override
  public void seal() {
    if (!sealed) {
      sealed = true;
      checks.forEach(check -> check.end(findings));
    }
  }

  /** How many findings there were, by rule. */
  public Map<Rule, Long> counts() {
    return findings.counts();
  }

  /** Number of findings of this severity. */
  public long count(Severity severity) {
    return counts().entrySet().stream()
        .filter(entry -> entry.getKey().severity() == severity)
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Number of captured bytes that were looked at. */
  public long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    encodings.close();
  }
}
