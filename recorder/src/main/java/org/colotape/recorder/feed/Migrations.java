package org.colotape.recorder.feed;

import org.colotape.recorder.journal.JournalWriter;
import org.colotape.schema.ColotapeException;

/** Where a tap puts the migrations that it carries. */
public interface Migrations {
  /**
   * Gives the journal of a migration that begins. Called when its first byte is about to be passed
   * on, which waits for the answer: it must not take long.
   *
   * @throws ColotapeException if there can be none; the migration is passed on all the same
   */
  JournalWriter begin();

  /** Gives what may hold answers of the migration back that this journal was begun for. */
  default AnswerHold hold(JournalWriter journal) {
    return AnswerHold.NONE;
  }

  /** Gives what may alter the bytes of a migration's main channel. */
  default Interference interference() {
    return Interference.NONE;
  }

  /** Takes note of what went wrong with one migration, while the tap goes on. */
  void problem(ColotapeException problem);

  /** Takes note of a connection that was not let in, and why. It costs no migration anything. */
  default void refused(ColotapeException refusal) {
    problem(refusal);
  }
}
