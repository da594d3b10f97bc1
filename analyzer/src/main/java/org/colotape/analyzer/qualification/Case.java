package org.colotape.analyzer.qualification;

/**
 * One cell of the matrix.
 *
 * @param configuration what the pair is made of
 * @param course what it is taken through
 */
public record Case(Configuration configuration, Course course) {
  /** Its name: machine type, encoding and course. */
  public String name() {
    return configuration + "/" + course.name();
  }

  @Override
  public String toString() {
    return name();
  }
}
