package org.colotape.analyzer.cli.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.colotape.schema.ColotapeException;
import org.junit.jupiter.api.Test;

class FailuresTest {
  private final StringWriter err = new StringWriter();

  @Test
  void whatTheUserCanActOnIsItsOneLine() {
    int code = report(Map.of(), new ColotapeException("no such thing", "there", "look elsewhere"));
    assertThat(code).isEqualTo(ExitCode.FAILED);
    assertThat(err).hasToString("colotape: no such thing (there): look elsewhere\n");
  }

  @Test
  void anythingElseIsABugAndSaysWhereAndHowToReportIt() {
    int code = report(Map.of(), new IllegalStateException("three\nlegs"));
    assertThat(code).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString())
        .startsWith(
            "colotape: this is a bug in Colotape (java.lang.IllegalStateException: three legs")
        .contains(" at org.colotape.analyzer.cli.frame.FailuresTest.", "report it", "--debug");
  }

  @Test
  void tooLittleMemorySaysHowToGiveMore() {
    assertThat(report(Map.of(), new OutOfMemoryError("Java heap space")))
        .isEqualTo(ExitCode.FAILED);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains("out of memory", "COLOTAPE_JAVA_OPTS=-Xmx");
  }

  @Test
  void debuggingAddsTheTrace() {
    report(Map.of("COLOTAPE_DEBUG", "1"), new ColotapeException("what", "where", "remedy"));
    assertThat(err.toString())
        .startsWith("colotape: what (where): remedy\n")
        .contains(" at org.colotape.analyzer.cli.frame.FailuresTest.");
  }

  private int report(Map<String, String> environment, Throwable failure) {
    Terminal terminal =
        new Terminal(new PrintWriter(new StringWriter()), new PrintWriter(err), false, environment);
    return new Failures(terminal, new OutputOptions(terminal)).report(failure);
  }
}
