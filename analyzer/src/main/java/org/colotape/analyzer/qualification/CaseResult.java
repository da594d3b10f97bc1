package org.colotape.analyzer.qualification;

import java.util.List;

/** What a case comes to. */
public sealed interface CaseResult {
  /** Its kind. */
  Kind kind();

  /**
   * What there is to say, in one line. It has no numbers that change from run to run, so that cases
   * that come to the same can be told together.
   */
  String headline();

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
   * @param headline what was seen
   */
  record Right(String headline) implements CaseResult {
    @Override
    public Kind kind() {
      return Kind.RIGHT;
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
   * @param headline what is wrong
   * @param details the findings
   */
  record Wrong(String headline, List<String> details) implements CaseResult {
    @Override
    public Kind kind() {
      return Kind.WRONG;
    }
  }

  /**
   * QEMU refused what it was asked for, or ended by itself before its first checkpoint: a guest was
   * never protected.
   *
   * @param headline in QEMU's own words
   */
  record Refused(String headline) implements CaseResult {
    @Override
    public Kind kind() {
      return Kind.REFUSED;
    }

    @Override
    public List<String> details() {
      return List.of();
    }
  }

  /**
   * Nothing wrong was seen, and what was seen is not enough.
   *
   * @param headline why
   * @param details more of it
   */
  record Undecided(String headline, List<String> details) implements CaseResult {
    /** Without details. */
    public Undecided(String headline) {
      this(headline, List.of());
    }

    @Override
    public Kind kind() {
      return Kind.UNDECIDED;
    }
  }
}
