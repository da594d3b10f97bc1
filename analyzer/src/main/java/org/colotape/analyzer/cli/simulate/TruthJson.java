package org.colotape.analyzer.cli.simulate;

import java.util.List;
import org.colotape.recorder.simulation.Bug;
import org.colotape.recorder.simulation.FaultClass;
import org.colotape.recorder.simulation.SimulationTruth;
import org.colotape.recorder.simulation.SimulationTruth.WrongCheckpoint;
import org.colotape.recorder.simulation.SimulationTruth.WrongPage;
import org.jspecify.annotations.Nullable;

/**
 * The truth about a simulation, as JSON.
 *
 * @param bug name of the bug, or null if the pair is healthy
 * @param description what it is, or null
 * @param kinds D, L, P, F
 * @param faultClass what diagnosis should call it, or null
 * @param oracle the rule that it breaks, or empty
 * @param seed seed of the simulation
 * @param firstWrongCheckpoint the first checkpoint at which something was wrong, or -1
 * @param firstWrongPages the pages that were wrong then
 * @param checkpoints all checkpoints at which something was wrong
 */
record TruthJson(
    @Nullable String bug,
    @Nullable String description,
    List<String> kinds,
    @Nullable FaultClass faultClass,
    String oracle,
    long seed,
    int firstWrongCheckpoint,
    List<WrongPage> firstWrongPages,
    List<WrongCheckpoint> checkpoints) {
  static TruthJson of(SimulationTruth truth) {
    Bug bug = truth.bug() == null ? null : Bug.titled(truth.bug());
    return new TruthJson(
        truth.bug(),
        bug == null ? null : bug.description(),
        bug == null ? List.of() : bug.kinds(),
        truth.faultClass(),
        truth.oracle(),
        truth.seed(),
        truth.firstWrongCheckpoint(),
        truth.firstWrongPages(),
        truth.checkpoints());
  }
}
