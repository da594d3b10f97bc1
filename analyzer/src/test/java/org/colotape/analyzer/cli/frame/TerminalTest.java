package org.colotape.analyzer.cli.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.Map;
import org.colotape.analyzer.report.Palette;
import org.junit.jupiter.api.Test;

class TerminalTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void statusIsRewrittenInPlaceAndGoesAwayBeforeTheNextLine() {
    Terminal terminal = terminal(true, Map.of());
    terminal.status("one");
    terminal.status("two");
    terminal.line("result");
    assertThat(out).hasToString("\r\u001b[Kone\r\u001b[Ktwo\r\u001b[Kresult\n");
  }

  @Test
  void whatSteersATerminalIsWrittenOutWhereverItIsPrinted() {
    String evil = "a\u001b[2J\u009bb\u0007\r\nc\u202ed\u2028e\udc00\tf";
    String shown = "a\\u001b[2J\\u009bb\\u0007\\u000d\\u000ac\\u202ed\\u2028e\\udc00\\u0009f";
    Terminal terminal = terminal(true, Map.of());
    terminal.line(evil);
    terminal.problem(evil);
    terminal.status(evil);
    assertThat(out).hasToString(shown + "\n\r\u001b[K" + shown);
    assertThat(err).hasToString("colotape: " + shown + "\n");
  }

  @Test
  void lettersOfAnyLanguageShowAsTheyAre() {
    Terminal terminal = terminal(false, Map.of());
    terminal.line("Prüfling \uD83D\uDCBE 録画");
    assertThat(out).hasToString("Prüfling \uD83D\uDCBE 録画\n");
  }

  @Test
  void onlyColoursThatTheTerminalItselfGaveGetThrough() {
    Terminal terminal = terminal(true, Map.of());
    String good = Colours.of(terminal).paint(Palette.Tone.GOOD, "in step");
    terminal.line(good + ", says \u001b[32mx");
    assertThat(out).hasToString("\u001b[1m\u001b[32min step\u001b[0m, says \\u001b[32mx\n");
  }

  @Test
  void aTraceShowsWhatTheFailureSaysAndDoesNothingElse() {
    Terminal terminal = terminal(false, Map.of());
    terminal.trace(new IllegalStateException("a\u001b[2J"));
    assertThat(err.toString()).startsWith("java.lang.IllegalStateException: a\\u001b[2J\n    at ");
  }

  @Test
  void nobodyWatchesMeansNoStatus() {
    Terminal terminal = terminal(false, Map.of());
    terminal.status("one");
    terminal.line("result");
    assertThat(out).hasToString("result\n");
  }

  @Test
  void coloursAreForPeopleWhoDoNotMindThem() {
    assertThat(terminal(true, Map.of()).colours()).isTrue();
    assertThat(terminal(true, Map.of("NO_COLOR", "1")).colours()).isFalse();
    assertThat(terminal(false, Map.of()).colours()).isFalse();
  }

  @Test
  void flushTellsThatNobodyReads() {
    Writer closed =
        new Writer() {
          @Override
          public void write(char[] text, int offset, int length) throws IOException {
            throw new IOException("broken pipe");
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Terminal terminal =
        new Terminal(new PrintWriter(closed), new PrintWriter(err), false, Map.of());
    terminal.line("result");
    assertThat(terminal.flush()).isFalse();
  }

  private Terminal terminal(boolean watched, Map<String, String> environment) {
    return new Terminal(new PrintWriter(out), new PrintWriter(err), watched, environment);
  }
}
