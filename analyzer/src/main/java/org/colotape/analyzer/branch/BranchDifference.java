package org.colotape.analyzer.branch;

import java.util.List;
import org.colotape.analyzer.diff.PageBytes;
import org.colotape.analyzer.diff.PageSet;
import org.colotape.replayer.memory.PageWriter;
import org.colotape.schema.event.Memory;
import org.jspecify.annotations.Nullable;

/**
 * Pages of one RAM block in one memory on which a branch differs from the recording.
 *
 * @param checkpoint the checkpoint behind which they differ
 * @param memory which memory
 * @param block name of the RAM block
 * @param pageSize size of its pages in bytes
 * @param pages the pages
 * @param evidence the first of them, with bytes and writers; none of later checkpoints
 */
public record BranchDifference(
    int checkpoint,
    Memory memory,
    String block,
    int pageSize,
    PageSet pages,
    List<PageEvidence> evidence) {

  /**
   * A page on either side.
   *
   * @param offset its offset in the block, in bytes
   * @param trunk what it holds in the recording
   * @param branch what it holds in the branch
   * @param trunkWriter the event that last wrote it in the recording, or null
   * @param branchWriter the event that last wrote it in the branch, or null
   */
  public record PageEvidence(
      long offset,
      PageBytes trunk,
      PageBytes branch,
      @Nullable PageWriter trunkWriter,
      @Nullable PageWriter branchWriter) {}
}
