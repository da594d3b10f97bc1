package org.colotape.analyzer.conformance;

import java.util.Locale;

/** How much a finding says against a stream. */
public enum Severity {
  /** No QEMU that does its work sends this. */
  ERROR,
  /** It can happen, but not if all is well: a link was cut, a side died, a name is not known. */
  WARNING,
  /** Worth knowing: an old sender, an option that is off. */
  INFO;

  /** In small letters, as it is printed. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
