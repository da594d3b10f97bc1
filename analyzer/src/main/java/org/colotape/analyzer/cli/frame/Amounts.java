package org.colotape.analyzer.cli.frame;

import java.util.Locale;

/** How amounts are written for people. */
public final class Amounts {
  private static final String[] UNITS = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
  private static final int STEP = 1000;

  private Amounts() {}

  /** A number of bytes with three digits and a decimal unit. */
  public static String bytes(long bytes) {
    double amount = bytes;
    int unit = 0;
    while (amount >= STEP) {
      amount /= STEP;
      unit++;
    }
    String digits = unit == 0 || amount >= 100 ? "%.0f %s" : amount >= 10 ? "%.1f %s" : "%.2f %s";
    return String.format(Locale.ROOT, digits, amount, UNITS[unit]);
  }

  /** The whole checkpoints of a recording, the last of which is given; -1 if there is none. */
  public static String checkpoints(int last) {
    return switch (last) {
      case -1 -> "no whole checkpoint";
      case 0 -> "checkpoint 0";
      default -> "checkpoints 0 to " + last;
    };
  }
}
