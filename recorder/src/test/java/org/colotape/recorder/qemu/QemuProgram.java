package org.colotape.recorder.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.colotape.schema.fixture.Proofs;
import org.jspecify.annotations.Nullable;

/**
 * A QEMU that tests run: the one on the PATH, or one of the starters {@code qemu-VERSION} in the
 * folder that the environment variable {@code COLOTAPE_QEMUS} names, else where {@code .ci/qemus}
 * puts them.
 *
 * @param version its major and minor number; of one that is not there, what it would be
 * @param file that starts it; null if it is not there
 */
public record QemuProgram(String version, @Nullable Path file) {
  private static final String INSTALLED = "qemu-system-x86_64";
  private static final String STARTER = "qemu-";
  private static final Pattern VERSION = Pattern.compile("version (\\d+\\.\\d+)");

  /** Those that the tests want beside the one on the PATH; {@code .ci/qemus} installs them. */
  private static final List<String> WANTED = List.of("10.0", "11.1");

  private static final List<QemuProgram> ALL = find();

  /**
   * Those that live tests run with: all for a proof, else the newest one that is there. Those that
   * should be there and are not say so.
   */
  public static List<QemuProgram> each() {
    QemuProgram newest =
        ALL.stream()
            .filter(QemuProgram::isThere)
            .max(Comparator.comparing(one -> Version.parse(one.version)))
            .orElse(installed());
    return ALL.stream()
        .filter(one -> Proofs.all() || !one.isThere() || one.equals(newest))
        .toList();
  }

  /** The one on the PATH. */
  public static QemuProgram installed() {
    return ALL.getFirst();
  }

  /** One of this version; the test is skipped if there is none. */
  public static QemuProgram ofVersion(String version) {
    QemuProgram program =
        ALL.stream()
            .filter(one -> one.version.equals(version))
            .findFirst()
            .orElse(new QemuProgram(version, null));
    program.assumeThere();
    return program;
  }

  /** True if it is there. */
  public boolean isThere() {
    return file != null;
  }

  /** Skips the test if it is not there, and says how to get it. */
  public void assumeThere() {
    assumeTrue(
        isThere(),
        equals(installed())
            ? INSTALLED + " is not installed"
            : "QEMU " + version + " is not here: .ci/qemus installs it");
  }

  /** The file that starts it. */
  public Path start() {
    return Objects.requireNonNull(file);
  }

  private static List<QemuProgram> find() {
    List<QemuProgram> found = new ArrayList<>();
    found.add(
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .map(folder -> Path.of(folder, INSTALLED))
            .filter(Files::isExecutable)
            .findFirst()
            .map(program -> new QemuProgram(version(program), program))
            .orElse(new QemuProgram("on the PATH", null)));
    starters().forEach(program -> found.add(new QemuProgram(version(program), program)));
    for (String version : WANTED) {
      if (found.stream().noneMatch(program -> program.version.equals(version))) {
        found.add(new QemuProgram(version, null));
      }
    }
    return List.copyOf(found);
  }

  private static List<Path> starters() {
    Path folder = folder();
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(STARTER))
          .filter(Files::isExecutable)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder() {
    String stated = System.getenv("COLOTAPE_QEMUS");
    if (stated != null) {
      return Path.of(stated);
    }
    String caches = System.getenv("XDG_CACHE_HOME");
    Path cache =
        caches == null ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(caches);
    return cache.resolve("colotape").resolve("qemus");
  }

  private static String version(Path program) {
    try {
      Process process =
          new ProcessBuilder(program.toString(), "--version").redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      Matcher version = VERSION.matcher(said);
      if (!version.find()) {
        throw new IllegalStateException(program + " says no version: " + said);
      }
      return version.group(1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "QEMU " + version;
  }
}
