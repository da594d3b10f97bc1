package org.colotape.recorder.feed;

import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.colotape.schema.ColotapeException;
import org.jspecify.annotations.Nullable;

/**
 * Lets those in who say that they are of a migration: one main channel at a time, and its further
 * ones behind it, from where it came. So the secondary is asked for nobody else.
 */
final class Gate implements Lobby.Judge {
  /** How long who has something to say needs for it, at most, when all goes well. */
  private static final long PROMPT_NANOS = Duration.ofMillis(250).toNanos();

  private final Supplier<TapMigration> current;
  private final boolean onlyOne;
  private final BiConsumer<TapMigration, Arrival> main;
  private final BiConsumer<TapMigration, Arrival> further;

  /**
   * @param current the migration that a connection is of
   * @param onlyOne true if no second one follows, for which a main channel could wait
   * @param main begins to carry a main channel; must not wait
   * @param further begins to carry another one; must not wait
   */
  Gate(
      Supplier<TapMigration> current,
      boolean onlyOne,
      BiConsumer<TapMigration, Arrival> main,
      BiConsumer<TapMigration, Arrival> further) {
    this.current = current;
    this.onlyOne = onlyOne;
    this.main = main;
    this.further = further;
  }

  @Override
  public @Nullable Runnable entry(Arrival arrival) {
    TapMigration migration = current.get();
    return switch (arrival.opening()) {
      case FOREIGN ->
          throw refusal(arrival, "it is of no migration, its first bytes are " + arrival.begin());
      case UNDECIDED -> undecided(migration, arrival);
      case STREAM, RESUMED -> main(migration, arrival);
      case TLS -> {
        Arrival primary = migration.main();
        yield primary != null && primary.opening() == Opening.TLS
            ? further(migration, primary, arrival)
            : main(migration, arrival);
      }
      case MULTIFD -> {
        Arrival primary = migration.main();
        yield primary == null ? null : further(migration, primary, arrival);
      }
      case PREEMPT -> preempt(migration, arrival);
    };
  }

  @Override
  public ColotapeException late(Arrival arrival) {
    return refusal(
        arrival,
        switch (arrival.opening()) {
          case UNDECIDED ->
              arrival.isSilent()
                  ? "it has said nothing for long"
                  : "it has not said what it is for long, only " + arrival.begin();
          case STREAM, RESUMED, TLS -> "another migration goes on";
          case MULTIFD, PREEMPT, FOREIGN -> "the migration did not come that it could be of";
        });
  }

  private @Nullable Runnable main(TapMigration migration, Arrival arrival) {
    if (migration.take(arrival)) {
      return () -> main.accept(migration, arrival);
    }
    if (onlyOne) {
      throw refusal(arrival, "another migration goes on");
    }
    return null;
  }

  private Runnable further(TapMigration migration, Arrival primary, Arrival arrival) {
    String why = migration.siblings().admit(arrival, primary.peer());
    if (why != null) {
      throw refusal(arrival, why);
    }
    return () -> further.accept(migration, arrival);
  }

  private @Nullable Runnable preempt(TapMigration migration, Arrival arrival) {
    Arrival primary = migration.main();
    if (primary == null || !migration.beginning().isKnown()) {
      return null;
    }
    if (!migration.beginning().isPostcopy()) {
      throw refusal(arrival, "it is of a postcopy migration, and this is none");
    }
    return further(migration, primary, arrival);
  }

  private @Nullable Runnable undecided(TapMigration migration, Arrival arrival) {
    if (arrival.isOver()) {
      throw refusal(arrival, "it was closed before it had said what it is");
    }
    Arrival primary = migration.main();
    if (primary == null || !migration.beginning().isPostcopy() || !arrival.isSilent()) {
      return null;
    }
    return arrival.age() > PROMPT_NANOS && migration.siblings().admitSilent(arrival, primary.peer())
        ? () -> further.accept(migration, arrival)
        : null;
  }

  private static ColotapeException refusal(Arrival arrival, String why) {
    return new ColotapeException(
        "connection refused: " + why, arrival.peer().toString(), "connect only QEMU to the tap");
  }
}
