package org.colotape.analyzer.verdict;

import java.util.List;
import org.colotape.analyzer.diff.BlockComparison;
import org.colotape.analyzer.diff.Divergence;
import org.colotape.analyzer.diff.PageSet;

/** The verdict on one checkpoint. */
public sealed interface CheckpointVerdict {
  /** Number of the checkpoint; 0 is the initial migration. */
  int checkpoint();

  /**
   * Pages that the stream carried in it, each page of a zero run counted, and a page as often as it
   * was sent.
   */
  long pagesSent();

  /** Pages that the stream wrote in it, each counted once. */
  long pagesWritten();

  /** True if two memories differ behind it. */
  boolean diverged();

  /**
   * The memories were compared.
   *
   * @param blocks how those of each RAM block compare
   * @param divergences the evidence of the first pages that differ: as many pages as were asked for
   */
  record Compared(
      int checkpoint,
      long pagesSent,
      long pagesWritten,
      List<BlockComparison> blocks,
      List<Divergence> divergences)
      implements CheckpointVerdict {
    @Override
    public boolean diverged() {
      return blocks.stream().anyMatch(block -> !block.differing().isEmpty());
    }

    /** Number of pages that were looked at. */
    public long pagesCompared() {
      return blocks.stream().mapToLong(BlockComparison::compared).sum();
    }

    /** Number of pages on which any two memories differ. */
    public long pagesDiffering() {
      return blocks.stream().map(BlockComparison::differingPages).mapToLong(PageSet::size).sum();
    }
  }

  /**
   * The protocol does not say that the memories agree, so they were not compared.
   *
   * @param reason why
   */
  record NotCompared(int checkpoint, long pagesSent, long pagesWritten, Reason reason)
      implements CheckpointVerdict {
    @Override
    public boolean diverged() {
      return false;
    }
  }

  /** Why a checkpoint was not compared. */
  enum Reason {
    /** It was requested, and nothing of it came: there is nothing to compare. */
    NOT_SENT("it was requested, and nothing of it came"),
    /** The recording ends in it, or is damaged there. */
    INCOMPLETE("the recording ends or is damaged in it"),
    /** The SVM never confirmed that it received it, so it did not flush its cache. */
    NOT_FLUSHED("the SVM did not confirm that it received it"),
    /** The SVM's load had ended with an error, there or before. */
    LOAD_ENDED("the replay had ended with an error");

    private final String text;

    Reason(String text) {
      this.text = text;
    }

    /** True if it keeps from the verdict "in step". */
    public boolean isDoubt() {
      return this != NOT_SENT;
    }

    /** The reason in words, to follow "not compared: ". */
    public String text() {
      return text;
    }
  }
}
