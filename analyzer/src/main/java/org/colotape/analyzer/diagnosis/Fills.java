package org.colotape.analyzer.diagnosis;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.colotape.schema.digest.PageDigest;
import org.jspecify.annotations.Nullable;

/** Tells by its digest alone that a page is one byte over and over. */
final class Fills {
  private static final int BYTES = 1 << Byte.SIZE;

  private final Map<Integer, Map<PageDigest, Byte>> known = new HashMap<>();

  /** The byte that such a page of that size is filled with, or null. */
  @Nullable Byte of(PageDigest digest, int pageSize) {
    return known.computeIfAbsent(pageSize, Fills::all).get(digest);
  }

  private static Map<PageDigest, Byte> all(int pageSize) {
    Map<PageDigest, Byte> fills = HashMap.newHashMap(BYTES);
    byte[] page = new byte[pageSize];
    for (int value = 0; value < BYTES; value++) {
      Arrays.fill(page, (byte) value);
      fills.put(PageDigest.of(page, 0, pageSize), (byte) value);
    }
    return fills;
  }
}
