package org.colotape.analyzer.excerpt;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an excerpt holds of a recording.
 *
 * @param from the first checkpoint, or null for the recording's first one
 * @param to the last checkpoint, or null for the recording's last one
 * @param blocks the RAM blocks whose pages it holds; empty for all
 */
public record Scope(@Nullable Integer from, @Nullable Integer to, Collection<String> blocks) {
  /** All of a recording. */
  public static final Scope ALL = new Scope(null, null, List.of());

  /** True if it leaves nothing out. */
  public boolean isAll() {
    return from == null && to == null && blocks.isEmpty();
  }

  /** True if a checkpoint with that number is not behind the last one. */
  boolean reaches(int checkpoint) {
    return to == null || checkpoint <= to;
  }

  /** True if a checkpoint with that number lies in it. */
  boolean contains(int checkpoint) {
    return (from == null || checkpoint >= from) && reaches(checkpoint);
  }

  PageChoice pages() {
    return blocks.isEmpty() ? PageChoice.all() : PageChoice.ofBlocks(blocks);
  }

  /** In words, for the list of what was done to a recording. */
  String text() {
    StringBuilder text = new StringBuilder("excerpt");
    if (from != null || to != null) {
      text.append(" of checkpoints ").append(from == null ? "0" : from.toString());
      text.append(" to ").append(to == null ? "the last" : to.toString());
    }
    if (!blocks.isEmpty()) {
      text.append(" with pages of ").append(String.join(", ", blocks));
    }
    return text.toString();
  }
}
