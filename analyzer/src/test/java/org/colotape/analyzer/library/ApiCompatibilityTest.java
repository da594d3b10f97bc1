package org.colotape.analyzer.library;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Programs that were built with Colotape go on working: what {@code api.txt} lists is still there.
 *
 * <p>What is added is listed, and what is removed on purpose leaves the list, by a run with {@code
 * -Dcolotape.api.write=true}. Generated events are held by the schemas' own test, and the command
 * line is no library.
 */
class ApiCompatibilityTest {
  private static final Path LISTED =
      Path.of("src/test/resources/org/colotape/analyzer/library/api.txt");

  private final NavigableSet<String> now =
      Signatures.of(
          new ClassFileImporter()
              .withImportOption(new ImportOption.DoNotIncludeTests())
              .withImportOption(location -> !location.contains("-tests.jar"))
              .withImportOption(location -> !location.contains("/schema/event/"))
              .withImportOption(location -> !location.contains("/analyzer/cli/"))
              .importPackages("org.colotape"));

  @Test
  void nothingThatProgramsCallIsGone() throws IOException {
    if (Boolean.getBoolean("colotape.api.write")) {
      Files.write(LISTED, now);
    }
    List<String> listed = Files.readAllLines(LISTED);
    assertThat(listed).hasSizeGreaterThan(100);

    NavigableSet<String> gone = new TreeSet<>(listed);
    gone.removeAll(now);

    assertThat(gone)
        .as("signatures that are gone; if that is meant: run again with -Dcolotape.api.write=true")
        .isEmpty();
  }

  @Test
  void nothingMoreIsAskedOfProgramsThatImplementAnInterface() throws IOException {
    List<String> listed = Files.readAllLines(LISTED);
    NavigableSet<String> more = new TreeSet<>();
    Signatures.demands(now)
        .filter(line -> !listed.contains(line))
        .filter(line -> isListedAsOpen(line.substring(0, line.indexOf(':')), listed))
        .forEach(more::add);

    assertThat(more)
        .as(
            "new methods without a body in interfaces that there were before; if that is meant: run"
                + " again with -Dcolotape.api.write=true")
        .isEmpty();
  }

  /** True if other programs could extend or implement the type, which was there before. */
  private static boolean isListedAsOpen(String type, List<String> listed) {
    return Stream.of("public abstract interface", "public abstract class")
        .anyMatch(kind -> listed.contains(type + ": " + kind));
  }
}
