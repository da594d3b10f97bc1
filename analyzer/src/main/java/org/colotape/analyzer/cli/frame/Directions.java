package org.colotape.analyzer.cli.frame;

import org.colotape.schema.event.Direction;

/** How directions are written for people. */
public final class Directions {
  private Directions() {}

  /** The direction in words. */
  public static String name(Direction direction) {
    return switch (direction) {
      case PVM_TO_SVM -> "PVM to SVM";
      case SVM_TO_PVM -> "SVM to PVM";
      case NONE -> "not on the wire";
    };
  }
}
