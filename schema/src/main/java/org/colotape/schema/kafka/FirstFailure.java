package org.colotape.schema.kafka;

import org.jspecify.annotations.Nullable;

/**
 * The first thing that went wrong with a recording's sends, from the producer's thread to the
 * writer's.
 */
final class FirstFailure {
  private volatile @Nullable Throwable cause;

  /** Called by the producer, by one thread at a time. */
  void set(Throwable failure) {
    if (cause == null) {
      cause = failure;
    }
  }

  /** What went wrong first, or null. */
  @Nullable Throwable get() {
    return cause;
  }
}
