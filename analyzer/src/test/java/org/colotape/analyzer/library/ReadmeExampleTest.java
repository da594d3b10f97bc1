package org.colotape.analyzer.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.colotape.analyzer.cli.fixture.Streams;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows as Java compiles as it stands, and does what it says. */
class ReadmeExampleTest {
  private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @TempDir Path folder;

  @Test
  void theExampleRecordsReplaysAndAnalyses() throws Exception {
    String example = example();
    assertThat(example.lines().filter(line -> !line.startsWith("import") && !line.isBlank()))
        .hasSizeLessThanOrEqualTo(15);
    Path stream = Streams.write(folder.resolve("p2s.bin"), Streams.colo(3));
    Path home = folder.resolve("home");
    String program = example.replace("\"p2s.bin", "\"" + stream).replace("\"home", "\"" + home);

    compile(program);

    assertThat(run()).containsPattern("pc\\.ram [0-9a-f]{32}\n").contains("consistent in itself: ");
  }

  private static String example() throws IOException {
    Matcher example = EXAMPLE.matcher(Files.readString(Path.of("..", "README.md")));
    assertThat(example.find()).as("Java in the README").isTrue();
    return example.group(1);
  }

  private void compile(String program) {
    int imports = program.lastIndexOf("\nimport");
    int body = program.indexOf('\n', imports + 1) + 1;
    String source =
        program.substring(0, body)
            + "public class Example {\n  public static void run() throws Exception {\n"
            + program.substring(body)
            + "  }\n}\n";
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
    List<String> options =
        List.of(
            "-d", folder.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none");
    boolean compiled =
        compiler.getTask(null, null, problems, options, null, List.of(new Source(source))).call();
    assertThat(problems.getDiagnostics()).isEmpty();
    assertThat(compiled).isTrue();
  }

  private String run() throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream console = System.out;
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
      loader.loadClass("Example").getMethod("run").invoke(null);
    } finally {
      System.setOut(console);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  /** A source in memory. */
  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    private Source(String text) {
      super(URI.create("string:///Example.java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
