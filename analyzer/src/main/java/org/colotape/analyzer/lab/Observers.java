package org.colotape.analyzer.lab;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.colotape.analyzer.lab.machine.Machine;
import org.colotape.recorder.observe.LiveTarget;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Memory;

/**
 * How the lab observes the memories of its pair; the COLO cache is always read from the process.
 */
public enum Observers {
  /** The files that are the RAM. */
  FILE,
  /** The memory of the processes, where QEMU's monitor says, if it does. */
  PID,
  /** QEMU's monitor. */
  QMP,
  /** Nothing is observed. */
  NONE;

  /** All ways, for a command line. */
  public static final String SYNTAX = "file|pid|qmp|none";

  /**
   * Reads {@link #SYNTAX}.
   *
   * @throws ColotapeException if there is no such way
   */
  public static Observers named(String name) {
    return Arrays.stream(values())
        .filter(way -> way.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new ColotapeException("no such observer", name, "take one of " + SYNTAX));
  }

  /** What is observed of a pair. */
  List<LiveTarget> targets(Machine pvm, Machine svm) {
    return this == NONE
        ? List.of()
        : List.of(
            target(Memory.PVM, pvm),
            target(Memory.SVM, svm),
            LiveTarget.parse(Memory.CACHE, block("pid:" + svm.pid())));
  }

  private LiveTarget target(Memory memory, Machine machine) {
    String where =
        switch (this) {
          case PID -> "pid:" + machine.pid() + ",qmp:" + machine.observerSocket();
          case QMP -> "qmp:" + machine.observerSocket();
          case FILE, NONE -> machine.ramFile().toString();
        };
    return LiveTarget.parse(memory, block(where));
  }

  private static String block(String where) {
    return Machine.RAM_BLOCK + "=" + where;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
