package org.colotape.analyzer.branch;

import java.util.List;
import org.colotape.analyzer.diagnosis.Fault;
import org.colotape.analyzer.verdict.RecordingVerdict;
import org.colotape.replayer.branch.Branch;
import org.colotape.replayer.rules.RuleSet;

/**
 * What a branch comes to.
 *
 * @param branch what is different in it
 * @param trunkRules the rules by which the recording was replayed
 * @param verdict the verdict on the branch, from where it leaves the recording
 * @param faults what goes wrong in it, the earliest first
 * @param differences pages on which it differs from the recording, by checkpoint, memory and block
 */
public record BranchVerdict(
    Branch branch,
    RuleSet trunkRules,
    RecordingVerdict verdict,
    List<Fault> faults,
    List<BranchDifference> differences) {}
