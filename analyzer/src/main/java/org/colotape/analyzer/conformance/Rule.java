package org.colotape.analyzer.conformance;

/**
 * Something that a stream must keep to.
 *
 * @param id short name, for people and scripts
 * @param severity what breaking it says
 * @param demand what must hold, in one line
 * @param source file and function of QEMU that say so, and, where there is one, the oracle (I1 to
 *     I10) or the bug of COLO's history that the rule is about
 */
public record Rule(String id, Severity severity, String demand, String source) {
  static Rule error(String id, String demand, String source) {
    return new Rule(id, Severity.ERROR, demand, source);
  }

  static Rule warning(String id, String demand, String source) {
    return new Rule(id, Severity.WARNING, demand, source);
  }

  static Rule info(String id, String demand, String source) {
    return new Rule(id, Severity.INFO, demand, source);
  }
}
