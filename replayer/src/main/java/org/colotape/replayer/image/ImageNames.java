package org.colotape.replayer.image;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * File names of RAM blocks: the block's name with {@code '/'} and control characters replaced by
 * {@code '_'}, cut to 200 bytes, then {@code .raw}. If an earlier block of the list has that name
 * already, letter case aside, {@code ~2} is put before {@code .raw}, or {@code ~3}, and so on.
 */
final class ImageNames {
  static final String SUFFIX = ".raw";

  /** File systems allow 255 bytes; this leaves room for number and suffix. */
  private static final int MAX_BYTES = 200;

  private ImageNames() {}

  /** File names by block name. */
  static Map<String, String> of(List<String> blocks) {
    Map<String, String> names = new HashMap<>();
    Set<String> taken = new HashSet<>();
    for (String block : blocks) {
      String stem = stem(block);
      String name = stem;
      for (int n = 2; !taken.add(name.toLowerCase(Locale.ROOT)); n++) {
        name = stem + "~" + n;
      }
      names.put(block, name + SUFFIX);
    }
    return names;
  }

  private static String stem(String block) {
    StringBuilder stem = new StringBuilder();
    int bytes = 0;
    for (int c : block.codePoints().toArray()) {
      boolean allowed = c != '/' && !Character.isISOControl(c);
      String next = allowed ? Character.toString(c) : "_";
      bytes += next.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > MAX_BYTES) {
        break;
      }
      stem.append(next);
    }
    return stem.toString();
  }
}
