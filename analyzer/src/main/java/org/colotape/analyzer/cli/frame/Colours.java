package org.colotape.analyzer.cli.frame;

import org.colotape.analyzer.report.Palette;
import picocli.CommandLine.Help.Ansi.IStyle;
import picocli.CommandLine.Help.Ansi.Style;

/** The colours of reports on a terminal. */
public final class Colours {
  private Colours() {}

  /** Those that a terminal wants: none where nobody watches or {@code NO_COLOR} is set. */
  public static Palette of(Terminal terminal) {
    return terminal.colours() ? (tone, text) -> painted(terminal, tone, text) : Palette.PLAIN;
  }

  private static String painted(Terminal terminal, Palette.Tone tone, String text) {
    IStyle[] styles =
        switch (tone) {
          case GOOD -> new IStyle[] {Style.bold, Style.fg_green};
          case BAD -> new IStyle[] {Style.bold, Style.fg_red};
          case UNSURE -> new IStyle[] {Style.bold, Style.fg_yellow};
          case STRONG -> new IStyle[] {Style.bold};
          case FAINT -> new IStyle[] {Style.faint};
        };
    return terminal.styled(Style.on(styles), text, Style.reset.on());
  }
}
