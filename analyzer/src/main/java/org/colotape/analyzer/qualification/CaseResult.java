package org.colotape.analyzer.qualification;

import java.util.List;

/** What a case comes to. */
public sealed interface CaseResult {
  /** Its kind. */
  Kind kind();

  /**
   * What there is to say, one thing a line, at least one. Those of results that are not right have
   * no numbers that change from run to run, so that cases that come to the same can be told
   * together.
   */
  List<String> headlines();

  /** The same in one line. */
  default String headline() {
    return String.join("; ", headlines());
  }

  /** More of it, one thing a line. */
  List<String> details();

  /** The kinds of results. */
  enum Kind {
    /** The memories were right. */
    RIGHT,
    /** They were not, or who was to take over did not. */
    WRONG,
    /** QEMU does not offer what the case asks for. */
    REFUSED,
    /** It can't be said. */
    UNDECIDED
  }

  /**
   * PVM, cache and SVM were observed and agreed, and what the course asks for happened.
   *
   * @param seen what was seen
   */
  record Right(String seen) implements CaseResult {
    @Override
    public Kind kind() {
      return Kind.RIGHT;
    }

    @Override
    public List<String> headlines() {
      return List.of(seen);
    }

    @Override
    public List<String> details() {
      return List.of();
    }
  }

  /**
   * Memories differ; or a QEMU that had protected its guest, by a checkpoint that was loaded, ended
   * by itself or did not take over.
   *
   * @param headlines what is wrong, at least one thing
   * @param details the findings, and what else was seen
   */
  record Wrong(List<String> headlines, List<String> details) implements CaseResult {
    /** With one thing that is wrong. */
    public Wrong(String headline, List<String> details) {
      this(List.of(headline), details);
    }

    @Override
    public Kind kind() {
      return Kind.WRONG;
    }
  }

  /**
   * QEMU refused what it was asked for, or ended by itself before its first checkpoint: a guest was
   * never protected.
   *
   * @param words QEMU's own
   */
  record Refused(String words) implements CaseResult {
    @Override
    public Kind kind() {
      return Kind.REFUSED;
    }

    @Override
    public List<String> headlines() {
      return List.of(words);
    }

    @Override
    public List<String> details() {
      return List.of();
    }
  }

  /**
   * Nothing wrong was seen, and what was seen is not enough.
   *
   * @param reason why
   * @param details more of it
   */
  record Undecided(String reason, List<String> details) implements CaseResult {
    /** Without details. */
    public Undecided(String reason) {
      this(reason, List.of());
    }

    @Override
    public Kind kind() {
      return Kind.UNDECIDED;
    }

    @Override
    public List<String> headlines() {
      return List.of(reason);
    }
  }
}
