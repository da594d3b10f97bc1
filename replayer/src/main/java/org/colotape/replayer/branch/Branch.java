package org.colotape.replayer.branch;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.ColoMessage;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Padding;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageEncoding;
import org.jspecify.annotations.Nullable;

/**
 * What is to be different behind an event of a recording: events dropped, changed or added, or
 * another rule set. Events are named by their {@code seq} in the recording. A value: each method
 * gives another branch.
 *
 * <p>In the branch an event that was dropped leaves an empty one in its place, so the events keep
 * their numbers; each that was added moves those behind it on by one.
 */
public final class Branch {
  private final long at;
  private final @Nullable RuleSet rules;
  private final SortedMap<Long, UnaryOperator<Event>> changes;
  private final SortedMap<Long, List<UnaryOperator<Event>>> additions;
  private final List<String> words;

  private Branch(
      long at,
      @Nullable RuleSet rules,
      SortedMap<Long, UnaryOperator<Event>> changes,
      SortedMap<Long, List<UnaryOperator<Event>>> additions,
      List<String> words) {
    this.at = at;
    this.rules = rules;
    this.changes = changes;
    this.additions = additions;
    this.words = words;
  }

  /**
   * A branch in which nothing is different yet.
   *
   * @param seq the last event that it has in common with the recording; -1 if there is none
   */
  public static Branch behind(long seq) {
    if (seq < -1) {
      throw new IllegalArgumentException("event " + seq);
    }
    return new Branch(seq, null, new TreeMap<>(), new TreeMap<>(), List.of());
  }

  /** From here on the secondary follows other rules. */
  public Branch withRules(RuleSet other) {
    return new Branch(at, other, changes, additions, and("rules " + other.name()));
  }

  /** An event does not happen. */
  public Branch drop(long seq) {
    return change(seq, Branch::nothing, "event " + seq + " dropped");
  }

  /**
   * An event is another one.
   *
   * @param change is given a copy of the event, to change or to replace; the place in the recording
   *     stays what it is
   */
  public Branch change(long seq, UnaryOperator<Event> change) {
    return change(seq, change, "event " + seq + " changed");
  }

  /** A page event carries these bytes instead, as a raw page. */
  public Branch page(long seq, byte[] contents) {
    byte[] copy = contents.clone();
    return change(seq, event -> raw(event, copy), "page of event " + seq + " changed");
  }

  /** A COLO message is of another type. */
  public Branch message(long seq, ColoMessageType type) {
    return change(seq, event -> retyped(event, type), "event " + seq + " says " + type);
  }

  /**
   * One more event happens. Several behind the same event come in the order in which they are
   * added.
   *
   * @param seq the event of the recording behind which it comes
   * @param event is given an empty event of the same checkpoint and channel, to fill
   */
  public Branch add(long seq, UnaryOperator<Event> event) {
    return add(seq, event, "event added behind event " + seq);
  }

  /**
   * One more page arrives, as it is.
   *
   * @param offset offset of the page in the block, in bytes
   * @param contents as many bytes as a page has
   */
  public Branch addPage(long seq, String block, long offset, byte[] contents) {
    byte[] copy = contents.clone();
    if (Integer.bitCount(copy.length) != 1 || offset < 0 || offset % copy.length != 0) {
      throw new ColotapeException(
          String.format("no page: %d bytes at offset 0x%x", copy.length, offset),
          block,
          "give all bytes of one page, and an offset that is a multiple of their number");
    }
    return add(
        seq,
        event -> {
          event.setKind(Kind.PAGE);
          event.setDirection(Direction.PVM_TO_SVM);
          event.setWire(ByteBuffer.wrap(copy));
          event.setPage(new Page(block, offset, copy.length, 1, PageEncoding.RAW, 0, false, null));
          return event;
        },
        String.format("page %s+0x%x added behind event %d", block, offset, seq));
  }

  /** One more COLO message is sent, by the side that sends such messages. */
  public Branch addMessage(long seq, ColoMessageType type) {
    return add(
        seq,
        event -> {
          event.setKind(Kind.COLO_MESSAGE);
          event.setDirection(sender(type));
          event.setMessage(new ColoMessage(type, 0L));
          return event;
        },
        type + " added behind event " + seq);
  }

  /** The last event that it has in common with the recording; -1 if there is none. */
  public long at() {
    return at;
  }

  /** The rules from there on, or null if they stay what they were. */
  public @Nullable RuleSet rules() {
    return rules;
  }

  /** What is different, in words. */
  public List<String> differences() {
    return words;
  }

  /** True if events were added, so that those behind have other numbers than in the recording. */
  public boolean renumbers() {
    return !additions.isEmpty();
  }

  /** The event that the branch has in the place of one of the recording. */
  Event changed(Event event) {
    UnaryOperator<Event> change = changes.get(event.getSeq());
    return change == null ? event : change.apply(event);
  }

  /** What comes behind an event of the recording. */
  List<UnaryOperator<Event>> behindEvent(long seq) {
    return additions.getOrDefault(seq, List.of());
  }

  /** The last event of the recording that anything depends on. */
  long last() {
    long last = at;
    last = changes.isEmpty() ? last : Math.max(last, changes.lastKey());
    return additions.isEmpty() ? last : Math.max(last, additions.lastKey());
  }

  private Branch change(long seq, UnaryOperator<Event> change, String what) {
    if (seq <= at) {
      throw before(seq);
    }
    SortedMap<Long, UnaryOperator<Event>> more = new TreeMap<>(changes);
    UnaryOperator<Event> first = more.get(seq);
    more.put(seq, first == null ? change : event -> change.apply(first.apply(event)));
    return new Branch(at, rules, more, additions, and(what));
  }

  private Branch add(long seq, UnaryOperator<Event> event, String what) {
    if (seq < at) {
      throw before(seq);
    }
    SortedMap<Long, List<UnaryOperator<Event>>> more = new TreeMap<>(additions);
    List<UnaryOperator<Event>> here = new ArrayList<>(more.getOrDefault(seq, List.of()));
    here.add(event);
    more.put(seq, List.copyOf(here));
    return new Branch(at, rules, changes, more, and(what));
  }

  private ColotapeException before(long seq) {
    return new ColotapeException(
        "event " + seq + " is before the branch", "behind event " + at, "branch off earlier");
  }

  private List<String> and(String what) {
    List<String> all = new ArrayList<>(words);
    all.add(what);
    return List.copyOf(all);
  }

  /** An event that means nothing. */
  private static Event nothing(Event event) {
    Event empty = BranchSource.like(event);
    empty.setKind(Kind.PADDING);
    empty.setPadding(new Padding(0L));
    return empty;
  }

  private static Event raw(Event event, byte[] contents) {
    Page page = event.getPage();
    if (event.getKind() != Kind.PAGE) {
      throw notThat(event, "no page");
    }
    if (page.getPages() != 1) {
      throw notThat(event, "a run of " + page.getPages() + " zero pages: add a page behind it");
    }
    if (page.getPageSize() != contents.length) {
      throw notThat(event, "a page of " + page.getPageSize() + " bytes, not " + contents.length);
    }
    event.setPage(
        new Page(
            page.getBlock(),
            page.getOffset(),
            page.getPageSize(),
            1,
            PageEncoding.RAW,
            0,
            page.getBlockInferred(),
            null));
    event.setWire(ByteBuffer.wrap(contents));
    return event;
  }

  private static Event retyped(Event event, ColoMessageType type) {
    if (event.getKind() != Kind.COLO_MESSAGE) {
      throw notThat(event, "no COLO message");
    }
    event.setMessage(new ColoMessage(type, event.getMessage().getSize()));
    return event;
  }

  private static ColotapeException notThat(Event event, String what) {
    return new ColotapeException(
        "event " + event.getSeq() + " is " + what,
        "kind " + event.getKind(),
        "see 'colotape show' for the events");
  }

  private static Direction sender(ColoMessageType type) {
    return switch (type) {
      case CHECKPOINT_REQUEST, VMSTATE_SEND, VMSTATE_SIZE -> Direction.PVM_TO_SVM;
      case CHECKPOINT_READY, CHECKPOINT_REPLY, VMSTATE_RECEIVED, VMSTATE_LOADED ->
          Direction.SVM_TO_PVM;
      case UNKNOWN -> throw new IllegalArgumentException("no COLO message");
    };
  }
}
