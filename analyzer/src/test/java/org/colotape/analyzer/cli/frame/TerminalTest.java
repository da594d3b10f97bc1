package org.colotape.analyzer.cli.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.Map;
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
