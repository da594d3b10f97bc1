package org.colotape.recorder.simulation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.log.EventSink;

/** Runs simulated pairs. The same settings give the same bytes, events and truth. */
public final class Simulation {
  private Simulation() {}

  /** Identity of the recording of a simulation: the same for the same settings. */
  public static RecordingId id(SimulationSettings settings) {
    UUID uuid = UUID.nameUUIDFromBytes(settings.toString().getBytes(StandardCharsets.UTF_8));
    return new RecordingId(
        ByteBuffer.allocate(2 * Long.BYTES)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .array());
  }

  /**
   * Runs a pair and records it, as a tap and a live observer would.
   *
   * @param name name of the recording
   * @param sink takes the events, and is sealed; the caller closes it
   * @return what the pair did wrong
   */
  public static SimulationTruth record(SimulationSettings settings, String name, EventSink sink) {
    return run(settings, new RecordedPair(sink, id(settings), name, settings.byMultifd()));
  }

  /**
   * Runs a pair.
   *
   * @param output takes what it sends and what is seen of it
   * @return what the pair did wrong
   */
  public static SimulationTruth run(SimulationSettings settings, PairOutput output) {
    Bug bug = settings.bug();
    try (Pair pair = new Pair(settings, output)) {
      pair.run();
      return new SimulationTruth(
          bug == null ? null : bug.title(),
          bug == null ? null : bug.faultClass(),
          bug == null ? "" : bug.oracle(),
          settings.seed(),
          pair.damage().checkpoints());
    }
  }
}
