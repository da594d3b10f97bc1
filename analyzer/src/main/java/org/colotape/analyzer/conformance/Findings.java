package org.colotape.analyzer.conformance;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.colotape.schema.event.Event;

/**
 * Takes what the checks find. Of each rule the first few findings are passed on, the others are
 * counted: a damaged stream would have millions.
 */
final class Findings {
  private static final int MOST_TEXT = 400;

  private final Facts facts;
  private final long most;
  private final Consumer<Finding> listener;
  private final Map<Rule, Long> counts = new LinkedHashMap<>();

  /**
   * @param facts tells where we are
   * @param most how many findings of each rule are passed on
   * @param listener takes them, as they come
   */
  Findings(Facts facts, long most, Consumer<Finding> listener) {
    this.facts = facts;
    this.most = most;
    this.listener = listener;
  }

  /** An event breaks a rule. */
  void add(Rule rule, Event event, String text) {
    add(rule, event, 0, text);
  }

  /**
   * An event breaks a rule.
   *
   * @param at the byte of the event that is wrong
   */
  void add(Rule rule, Event event, long at, String text) {
    if (counted(rule)) {
      pass(rule, place(event, at), text);
    }
  }

  /** An event that has gone by breaks a rule, as is known only now. */
  void add(Rule rule, Place place, String text) {
    if (counted(rule)) {
      pass(rule, place, text);
    }
  }

  /** Where an event stands, for a finding that may come later. */
  Place place(Event event) {
    return place(event, 0);
  }

  private Place place(Event event, long at) {
    long offset = event.getStreamOffset();
    return new Place(
        event.getChannel(),
        event.getDirection(),
        offset < 0 ? offset : offset + at,
        event.getCheckpoint(),
        event.getSeq(),
        facts.path(event));
  }

  private boolean counted(Rule rule) {
    return counts.merge(rule, 1L, Long::sum) <= most;
  }

  private void pass(Rule rule, Place place, String text) {
    listener.accept(
        new Finding(
            rule,
            place.channel(),
            place.direction(),
            place.streamOffset(),
            place.checkpoint(),
            place.seq(),
            place.path(),
            printable(text)));
  }

  /** How many findings there were, by rule. */
  Map<Rule, Long> counts() {
    return counts;
  }

  /** One line of text whatever a damaged stream says in it. */
  private static String printable(String text) {
    String line = text.length() > MOST_TEXT ? text.substring(0, MOST_TEXT) + "..." : text;
    return line.replaceAll("[^\\x20-\\x7e]", "?");
  }
}
