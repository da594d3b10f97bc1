package org.colotape.analyzer.report;

/** Colours for parts of a text. */
@FunctionalInterface
public interface Palette {
  /** No colours. */
  Palette PLAIN = (tone, text) -> text;

  /** What a part of a text says. */
  enum Tone {
    /** All is well. */
    GOOD,
    /** Something is wrong. */
    BAD,
    /** Nobody knows. */
    UNSURE,
    /** Matters. */
    STRONG,
    /** Matters less. */
    FAINT
  }

  /** The text so that it shows its tone; it takes as much room as before. */
  String paint(Tone tone, String text);
}
