package org.colotape.analyzer.qualification;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.colotape.schema.ColotapeException;

/**
 * The cases of a qualification. Every configuration takes checkpoints under load with each pattern
 * of the guest. Failures are sampled: what they end and who takes over does not depend on how a
 * page is packed, so they are tried where pages travel on the main channel, and where they travel
 * on channels of their own.
 */
public final class Matrix {
  private static final List<Case> ALL = Configuration.all().stream().flatMap(Matrix::of).toList();

  private Matrix() {}

  /** All cases, those of a configuration together. */
  public static List<Case> all() {
    return ALL;
  }

  private static Stream<Case> of(Configuration configuration) {
    return Stream.concat(
            Course.loads().stream(),
            configuration.samplesFailures() ? Course.failures().stream() : Stream.of())
        .map(course -> new Case(configuration, course));
  }

  /**
   * The cases whose names match.
   *
   * @param name a name as {@link Case#name} gives it, in which {@code *} stands for any letters
   *     within a part, {@code **} for any parts, and {@code {a,b}} for one of several
   * @throws ColotapeException if there is none
   */
  public static List<Case> named(String name) {
    try {
      PathMatcher pattern = FileSystems.getDefault().getPathMatcher("glob:" + name);
      List<Case> found = ALL.stream().filter(one -> pattern.matches(Path.of(one.name()))).toList();
      if (!found.isEmpty()) {
        return found;
      }
    } catch (PatternSyntaxException e) {
      // said below
    }
    throw new ColotapeException(
        "no such case", name, "--list-cases names all; * stands for any letters of a part");
  }
}
