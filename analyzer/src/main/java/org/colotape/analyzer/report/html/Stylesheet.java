package org.colotape.analyzer.report.html;

/** How every page of Colotape looks. */
public final class Stylesheet {
  private Stylesheet() {}

  /** Its rules; colours are variables. */
  public static String text() {
    return Template.own("report.css");
  }
}
