package org.colotape.analyzer.lab;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.colotape.analyzer.lab.machine.Machine;
import org.colotape.recorder.observe.LiveTarget;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Memory;

/**
 * How the lab observes the RAM of its pair. All other blocks are read from the processes, where
 * QEMU's monitor says, if it does, and so is always the COLO cache.
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

  /**
   * What is observed of a pair: each of its memories has all blocks that migrate.
   *
   * @param monitors true if the machines' monitors answer at a checkpoint; else blocks are looked
   *     for by what they hold
   */
  List<LiveTarget> targets(Machine pvm, Machine svm, boolean monitors) {
    return switch (this) {
      case NONE -> List.of();
      case PID ->
          List.of(
              process(Memory.PVM, pvm, monitors),
              process(Memory.SVM, svm, monitors),
              process(Memory.CACHE, svm, monitors));
      case FILE ->
          List.of(
              ram(Memory.PVM, pvm.ramFile().toString()),
              process(Memory.PVM, pvm, monitors),
              ram(Memory.SVM, svm.ramFile().toString()),
              process(Memory.SVM, svm, monitors),
              process(Memory.CACHE, svm, monitors));
      case QMP ->
          List.of(
              ram(Memory.PVM, "qmp:" + pvm.observerSocket()),
              process(Memory.PVM, pvm, monitors),
              ram(Memory.SVM, "qmp:" + svm.observerSocket()),
              process(Memory.SVM, svm, monitors),
              process(Memory.CACHE, svm, monitors));
    };
  }

  private static LiveTarget process(Memory memory, Machine machine, boolean monitors) {
    String monitor = monitors ? ",qmp:" + machine.observerSocket() : "";
    return LiveTarget.parse(memory, "pid:" + machine.pid() + monitor);
  }

  private static LiveTarget ram(Memory memory, String where) {
    return LiveTarget.parse(memory, Machine.RAM_BLOCK + "=" + where);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
