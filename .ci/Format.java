import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Checks or fixes the format of all Java sources under some folders: {@code Format.java check|fix
 * FOLDER...}.
 */
class Format {
  private Format() {}

  public static void main(String[] args) throws IOException {
    boolean fix = args[0].equals("fix");
    var bad = new ConcurrentLinkedQueue<String>();
    for (String root : List.of(args).subList(1, args.length)) {
      if (!Files.isDirectory(Path.of(root))) {
        continue;
      }
      try (var files = Files.walk(Path.of(root))) {
        List<Path> sources = files.filter(f -> f.toString().endsWith(".java")).sorted().toList();
        sources.parallelStream().forEach(f -> format(f, fix, bad));
      }
    }
    if (!bad.isEmpty()) {
      bad.stream().sorted().forEach(System.err::println);
      System.err.println("Format: run 'mvn -q -Pformat validate' to fix it.");
      System.exit(1);
    }
  }

  private static void format(Path file, boolean fix, ConcurrentLinkedQueue<String> bad) {
    try {
      String before = Files.readString(file);
      String after = new Formatter().formatSourceAndFixImports(before);
      if (before.equals(after)) {
        return;
      }
      if (fix) {
        Files.writeString(file, after);
      } else {
        bad.add("not in the project's format: " + file);
      }
    } catch (FormatterException | IOException e) {
      bad.add(file + ": " + e.getMessage());
    }
  }
}
