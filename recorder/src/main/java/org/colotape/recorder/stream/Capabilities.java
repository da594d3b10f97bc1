package org.colotape.recorder.stream;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which migration capabilities hold for a stream. The configuration states only those that the
 * receiver validates, x-ignore-shared and mapped-ram (QEMU migration/savevm.c,
 * should_validate_capability), and machine types without a configuration none: the user can state
 * them. Whether postcopy-ram is among them does not matter here: a field that follows from it tells
 * by itself (see {@link HugePages}).
 */
final class Capabilities {
  static final String IGNORE_SHARED = "x-ignore-shared";
  static final String MAPPED_RAM = "mapped-ram";

  private final Set<String> ofUser;
  private final Set<String> ofStream = new HashSet<>();

  Capabilities(Set<String> ofUser) {
    this.ofUser = Set.copyOf(ofUser);
  }

  /** Takes what the configuration states, in place of what one before it stated. */
  void state(List<String> names) {
    ofStream.clear();
    ofStream.addAll(names);
  }

  boolean has(String name) {
    return ofStream.contains(name) || ofUser.contains(name);
  }
}
