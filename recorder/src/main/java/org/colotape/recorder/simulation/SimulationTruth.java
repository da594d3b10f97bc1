package org.colotape.recorder.simulation;

import java.util.List;
import org.colotape.schema.event.Memory;
import org.jspecify.annotations.Nullable;

/**
 * What a simulated pair did wrong, as it knows itself: nobody compared recordings to find out.
 *
 * @param bug the behaviour, or null if the pair is healthy
 * @param faultClass what diagnosis should call it, or null if the pair is healthy
 * @param oracle the rule that it breaks, I1 to I10, or empty
 * @param seed seed of the simulation
 * @param checkpoints the checkpoints at which something was wrong, in order
 */
public record SimulationTruth(
    @Nullable String bug,
    @Nullable FaultClass faultClass,
    String oracle,
    long seed,
    List<WrongCheckpoint> checkpoints) {
  /**
   * A checkpoint at which something was wrong.
   *
   * @param checkpoint its number
   * @param pages the pages that were wrong at its end, those from earlier ones among them; or, if
   *     it did not end well, when the connection was lost
   * @param protocol true if a message was wrong, or did not come
   * @param needlesslySent number of pages that were sent without need
   * @param needlesslyFlushed number of pages that were flushed without need
   */
  public record WrongCheckpoint(
      int checkpoint,
      List<WrongPage> pages,
      boolean protocol,
      long needlesslySent,
      long needlesslyFlushed) {
    /** Keeps the pages. */
    public WrongCheckpoint {
      pages = List.copyOf(pages);
    }
  }

  /**
   * A wrong page.
   *
   * @param block name of its RAM block
   * @param offset its offset in the block, in bytes
   * @param memories where it was wrong: in the cache, the SVM, or both
   */
  public record WrongPage(String block, long offset, List<Memory> memories) {
    /** Keeps the memories. */
    public WrongPage {
      memories = List.copyOf(memories);
    }
  }

  /** Keeps the checkpoints. */
  public SimulationTruth {
    checkpoints = List.copyOf(checkpoints);
  }

  /** The first checkpoint at which something was wrong; -1 if nothing ever was. */
  public int firstWrongCheckpoint() {
    return checkpoints.isEmpty() ? -1 : checkpoints.getFirst().checkpoint();
  }

  /** The pages that were wrong at the first checkpoint at which something was. */
  public List<WrongPage> firstWrongPages() {
    return checkpoints.isEmpty() ? List.of() : checkpoints.getFirst().pages();
  }
}
