package org.colotape.analyzer.cli.record;

import java.util.Iterator;
import java.util.List;

/**
 * Migration capabilities that decide how a stream is read and that it may not state. picocli makes
 * one to list the names.
 */
final class CapabilityNames implements Iterable<String> {
  static final List<String> NAMES = List.of("mapped-ram", "postcopy-ram", "x-ignore-shared");

  @Override
  public Iterator<String> iterator() {
    return NAMES.iterator();
  }
}
