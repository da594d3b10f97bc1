package org.colotape.analyzer.cli.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.colotape.analyzer.cli.Colotape;
import org.colotape.analyzer.cli.fixture.Cli;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.replayer.fixture.EventScript;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Event;
import org.colotape.schema.tape.TapeSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class AnalyzeCommandTest {
  private static final int PAGE = EventScript.PAGE;

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void inStepIsExitCode0() {
    assertThat(analyze(healthy().end())).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).startsWith("in step as far as the stream tells: PVM, cache and SVM");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void divergedIsExitCode1() {
    assertThat(analyze(healthy(), "--rules", "seed-2018")).isEqualTo(ExitCode.DIVERGED);
    assertThat(out.toString())
        .startsWith(
            "diverged at checkpoint 0: 2 pages of ram differ between PVM (streamed) and cache"
                + " (replayed), the same between cache (replayed) and SVM (replayed)\n");
  }

  @Test
  void buildServersGetATestForEachCheckpoint() throws Exception {
    Path xml = folder.resolve("report.xml");
    analyze(healthy(), "--rules", "seed-2018", "--junit", xml.toString());
    Element suite =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(xml.toFile())
            .getDocumentElement();
    NodeList tests = suite.getElementsByTagName("testcase");
    assertThat(suite.getAttribute("tests")).isEqualTo(String.valueOf(tests.getLength()));
    assertThat(suite.getAttribute("failures")).isNotEqualTo("0");
    Element first = (Element) tests.item(0);
    assertThat(first.getAttribute("name")).isEqualTo("checkpoint 0");
    assertThat(first.getElementsByTagName("failure").item(0).getTextContent())
        .contains("not in the cache since the initial migration");
  }

  @Test
  void spreadsheetsGetALineForEachDifferingPage() throws IOException {
    Path csv = folder.resolve("pages.csv");
    analyze(healthy(), "--rules", "seed-2018", "--csv", csv.toString());
    assertThat(Files.readAllLines(csv))
        .startsWith(
            "checkpoint,block,offset,pvm-cache,cache-svm,pvm-svm,cause",
            "0,ram,4096,1,1,0,not-in-cache",
            "0,ram,12288,1,1,0,not-in-cache");
    assertThat(analyze(healthy(), "--csv", folder.resolve("no/such.csv").toString()))
        .isEqualTo(ExitCode.FAILED);
    assertThat(analyze(healthy(), "--csv", csv.toString(), "--drop", "3"))
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void peopleGetAPageToLookAt() throws IOException {
    Path html = folder.resolve("report.html");
    assertThat(analyze(healthy().end(), "--html", html.toString())).isEqualTo(ExitCode.OK);
    assertThat(html)
        .content()
        .startsWith("<!DOCTYPE html>")
        .contains("<title>script - Colotape</title>");
    assertThat(analyze(healthy(), "--html", folder.resolve("no/such.html").toString()))
        .isEqualTo(ExitCode.FAILED);
    assertThat(analyze(healthy(), "--html", html.toString(), "--drop", "3"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString().lines())
        .anyMatch(line -> line.contains("no/such.html"))
        .anyMatch(line -> line.contains("--html, --junit and --csv are of a recording"));
  }

  @Test
  void aWrongCommandLineIsExitCode2() {
    assertThat(analyze(healthy(), "--rules", "qemu-1.0")).isEqualTo(ExitCode.USAGE);
    assertThat(analyze(healthy(), "--pages", "-1")).isEqualTo(ExitCode.USAGE);
    assertThat(analyze(healthy(), "--at", "-1")).isEqualTo(ExitCode.USAGE);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString().lines()).hasSize(3).allMatch(line -> line.contains("--help"));
  }

  @Test
  void inputThatCannotBeReadIsExitCode3() {
    assertThat(run("analyze", folder.resolve("none.tape").toString())).isEqualTo(ExitCode.FAILED);
    assertThat(analyze(healthy(), "--at", "9")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString().lines())
        .hasSize(2)
        .anyMatch(line -> line.contains("no such file"))
        .anyMatch(line -> line.contains("no checkpoint 9"));
  }

  @Test
  void aVerdictThatCannotBeReachedIsExitCode4WithTheReasonFirst() {
    EventScript script =
        healthy().checkpoint(pages -> pages.raw("ram", 1L << 40, 1)).checkpoint(pages -> {});
    assertThat(analyze(script.end())).isEqualTo(ExitCode.UNDECIDED);
    assertThat(out.toString())
        .startsWith("undecided: checkpoint 2 was not compared: the replay had ended with an error")
        .contains("illegal RAM offset");
  }

  @Test
  void jsonIsOneObjectOnOneLine() throws IOException {
    assertThat(analyze(healthy(), "--rules", "seed-2018", "--json", "--pages", "1")).isEqualTo(1);
    assertThat(out.toString().lines()).hasSize(1);
    JsonNode root = new ObjectMapper().readTree(out.toString());
    assertThat(root.get("outcome").asText()).isEqualTo("diverged");
    assertThat(root.at("/checkpoints/0/divergences")).hasSize(2);
  }

  @Test
  void pagesSaysOfHowManyTheBytesAreShown() {
    analyze(healthy(), "--rules", "seed-2018", "--full", "--pages", "1");
    assertThat(out.toString().lines().filter(line -> line.startsWith("page ram+"))).hasSize(1);
  }

  @Test
  void coloursAreForTerminalsThatWantThem() {
    Path tape = folder.resolve("kept.tape");
    write(healthy().end(), tape);
    Cli cli = new Cli(folder);
    assertThat(cli.runWatched("analyze", tape).out()).contains("\u001b[1m\u001b[32min step\u001b[");
    assertThat(cli.run("analyze", tape).out()).startsWith("in step");
  }

  @Test
  void helpSaysTheExitCodes() {
    assertThat(run("analyze", "--help")).isEqualTo(ExitCode.OK);
    assertThat(out.toString())
        .contains("in step", "diverged", "undecided", "command line is wrong");
  }

  private static EventScript healthy() {
    return EventScript.withReturnPath()
        .coloMigration("ram", 8 * PAGE, pages -> pages.raw("ram", PAGE, 1).raw("ram", 3 * PAGE, 2))
        .svmSays(ColoMessageType.CHECKPOINT_READY)
        .checkpoint(pages -> pages.raw("ram", 5 * PAGE, 3));
  }

  private int analyze(EventScript script, String... options) {
    Path file = folder.resolve("recording.tape");
    write(script, file);
    List<String> args = new ArrayList<>(List.of("analyze", file.toString()));
    args.addAll(Arrays.asList(options));
    try {
      return run(args.toArray(String[]::new));
    } finally {
      assertThat(file.toFile().delete()).isTrue();
    }
  }

  private static void write(EventScript script, Path file) {
    try (TapeSink tape = TapeSink.create(file, script.source().recording())) {
      for (Event event : script.events()) {
        tape.accept(event);
      }
      tape.seal();
    }
  }

  private int run(String... args) {
    Terminal terminal =
        new Terminal(
            new PrintWriter(out),
            new PrintWriter(err),
            false,
            Map.of("COLOTAPE_HOME", folder.resolve("home").toString()));
    return Colotape.run(terminal, args);
  }
}
