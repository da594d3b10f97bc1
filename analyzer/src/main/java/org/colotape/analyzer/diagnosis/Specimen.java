package org.colotape.analyzer.diagnosis;

import java.util.Map;
import org.colotape.analyzer.diff.PageBytes;
import org.colotape.schema.event.Memory;

/**
 * What one page held behind the checkpoint at which it first diverges: a fault to look at.
 *
 * @param block name of the RAM block
 * @param page index of the page: its offset divided by the page size
 * @param contents what each memory held; a memory of which only the digest is known is not in it
 */
public record Specimen(String block, int page, Map<Memory, PageBytes> contents) {
  /** Keeps what it is given. */
  public Specimen {
    contents = Map.copyOf(contents);
  }
}
