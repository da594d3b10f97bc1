package org.colotape.analyzer.lab.fault;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.colotape.schema.ColotapeException;
import org.jspecify.annotations.Nullable;

/**
 * One fault.
 *
 * @param kind what goes wrong
 * @param moment at which moment; null for a fault of a page
 * @param offset of the page in the large RAM block; negative for the first one of the guest's range
 * @param checkpoint in which checkpoint
 */
public record Fault(Kind kind, @Nullable Moment moment, long offset, int checkpoint) {
  /** How a fault is written on a command line. */
  public static final String SYNTAX = "KIND[:OFFSET|:MESSAGE][@CHECKPOINT]";

  private static final int USUAL_CHECKPOINT = 2;
  private static final Pattern FORM =
      Pattern.compile("(?<kind>[a-zA-Z-]+)(:(?<what>[^@]+))?(@(?<checkpoint>[1-9]\\d{0,8}))?");

  /** What goes wrong. */
  public enum Kind {
    /** A page is left out. */
    DROP(true),
    /** One bit of a page is another. */
    FLIP(true),
    /** A page is followed by what it was in the checkpoint before. */
    REPEAT(true),
    /** A page and the next one have each other's contents. */
    SWAP(true),
    /** The second half of a page is missing. */
    TRUNCATE(true),
    /** A message is left out. */
    LOSE(false),
    /** The connection breaks in place of a message. */
    CUT(false),
    /** From a message on nothing of the secondary arrives at the primary. */
    LOSE_RETURN(false),
    /** The primary is killed when a message passes. */
    KILL_PVM(false),
    /** The secondary is killed when a message passes. */
    KILL_SVM(false);

    private final boolean ofPage;

    Kind(boolean ofPage) {
      this.ofPage = ofPage;
    }

    /** True if it damages a page. */
    public boolean isOfPage() {
      return ofPage;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * Reads {@link #SYNTAX}.
   *
   * @throws ColotapeException if the text is no fault
   */
  public static Fault parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw wrong(text, "write it as " + SYNTAX + ", for example drop@3 or cut:REPLY@2");
    }
    Kind kind = kind(form.group("kind"));
    String what = form.group("what");
    String number = form.group("checkpoint");
    int checkpoint = number == null ? USUAL_CHECKPOINT : Integer.parseInt(number);
    if (kind.isOfPage()) {
      return new Fault(kind, null, what == null ? -1 : offset(what), checkpoint);
    }
    if (what == null) {
      throw wrong(text, "say at which message: " + kind + ":" + Moment.VMSTATE_SEND);
    }
    Moment moment = Moment.named(what);
    if (kind == Kind.LOSE && moment == Moment.PAGES) {
      throw wrong(text, "for a lost page write drop");
    }
    return new Fault(kind, moment, -1, checkpoint);
  }

  /**
   * True if a recording shows the fault better that holds what arrived, and not what was sent: what
   * is missing in it can't be told by anything else.
   */
  public boolean showsBeforeTap() {
    return switch (kind) {
      case TRUNCATE -> true;
      case LOSE, LOSE_RETURN -> moment != null && moment.isAnswer();
      case DROP, FLIP, REPEAT, SWAP, CUT, KILL_PVM, KILL_SVM -> false;
    };
  }

  private static Kind kind(String name) {
    for (Kind kind : Kind.values()) {
      if (kind.toString().equals(name)) {
        return kind;
      }
    }
    throw wrong(name, "kinds are " + Arrays.toString(Kind.values()));
  }

  private static long offset(String text) {
    try {
      long offset = Long.decode(text);
      if (offset >= 0) {
        return offset;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw wrong(text, "give the page's offset in the RAM block, for example 0x101000");
  }

  private static ColotapeException wrong(String text, String remedy) {
    return new ColotapeException("not a fault", text, remedy);
  }

  @Override
  public String toString() {
    String what = moment != null ? ":" + moment : offset < 0 ? "" : ":0x%x".formatted(offset);
    return kind + what + "@" + checkpoint;
  }
}
