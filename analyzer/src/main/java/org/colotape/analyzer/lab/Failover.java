package org.colotape.analyzer.lab;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.colotape.analyzer.lab.fault.Moment;
import org.colotape.schema.ColotapeException;

/**
 * When the secondary is told to take over.
 *
 * @param moment while this passes, which waits for it
 * @param checkpoint in this checkpoint
 */
public record Failover(Moment moment, int checkpoint) {
  /** How it is written on a command line. */
  public static final String SYNTAX = "MESSAGE[@CHECKPOINT]";

  private static final int USUAL_CHECKPOINT = 2;
  private static final Pattern FORM =
      Pattern.compile("(?<moment>[^@]+)(@(?<checkpoint>[1-9]\\d{0,8}))?");

  /**
   * Reads {@link #SYNTAX}.
   *
   * @throws ColotapeException if the text has another form
   */
  public static Failover parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new ColotapeException("not a failover", text, "write it as " + SYNTAX);
    }
    String checkpoint = form.group("checkpoint");
    return new Failover(
        Moment.named(form.group("moment")),
        checkpoint == null ? USUAL_CHECKPOINT : Integer.parseInt(checkpoint));
  }

  @Override
  public String toString() {
    return moment + "@" + checkpoint;
  }
}
