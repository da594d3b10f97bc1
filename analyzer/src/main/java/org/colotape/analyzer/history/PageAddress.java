package org.colotape.analyzer.history;

import org.colotape.schema.ColotapeException;
import org.jspecify.annotations.Nullable;

/**
 * A byte of guest memory, by its RAM block.
 *
 * @param block name of the RAM block
 * @param offset offset in the block, in bytes
 */
public record PageAddress(String block, long offset) {
  /**
   * Parses {@code BLOCK+OFFSET}; the offset is decimal, or hexadecimal with {@code 0x}. A block's
   * name may have a {@code '+'} in it.
   *
   * @throws ColotapeException if the text is none
   */
  public static PageAddress parse(String text) {
    int plus = text.lastIndexOf('+');
    try {
      long offset = plus < 1 ? -1 : Long.decode(text.substring(plus + 1));
      if (offset >= 0) {
        return new PageAddress(text.substring(0, plus), offset);
      }
    } catch (NumberFormatException e) {
      throw wrong(text, e);
    }
    throw wrong(text, null);
  }

  private static ColotapeException wrong(String text, @Nullable Exception cause) {
    return new ColotapeException(
        "no address of guest memory",
        text,
        "write BLOCK+OFFSET, for example pc.ram+0x201000",
        cause);
  }

  @Override
  public String toString() {
    return "%s+0x%x".formatted(block, offset);
  }
}
