package org.colotape.analyzer.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.colotape.analyzer.branch.BranchDifference;
import org.colotape.analyzer.branch.BranchVerdict;
import org.colotape.analyzer.diagnosis.Diagnosis;

/** A branch's verdict as one JSON object, as {@code analyze.schema.json} describes it. */
public final class BranchJson {
  private static final int ROW = 16;
  private static final int BYTES = 64;

  private BranchJson() {}

  /** The object. */
  public static ObjectNode object(BranchVerdict verdict) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ObjectNode branch = root.putObject("branch");
    branch.put("at", verdict.branch().at());
    branch.put("rules", verdict.verdict().rules().name());
    branch.put("trunkRules", verdict.trunkRules().name());
    ArrayNode changes = branch.putArray("changes");
    verdict.branch().differences().forEach(changes::add);
    root.set("verdict", JsonReport.object(new Diagnosis(verdict.verdict(), verdict.faults())));
    ArrayNode differences = root.putArray("differences");
    verdict.differences().forEach(difference -> difference(differences.addObject(), difference));
    return root;
  }

  private static void difference(ObjectNode node, BranchDifference difference) {
    node.put("checkpoint", difference.checkpoint());
    node.put("memory", difference.memory().name().toLowerCase(Locale.ROOT));
    node.put("block", difference.block());
    JsonReport.ranges(node, difference.pages(), difference.pageSize());
    ArrayNode evidence = node.putArray("evidence");
    for (BranchDifference.PageEvidence page : difference.evidence()) {
      ObjectNode one = evidence.addObject();
      int first = page.trunk().mismatch(page.branch());
      int from = Math.max(0, first) / ROW * ROW;
      one.put("offset", page.offset());
      one.put("firstDifference", first);
      ObjectNode trunk = one.putObject("recording");
      trunk.put("bytes", page.trunk().hex(from, from + BYTES));
      JsonReport.event(trunk, "lastWriter", page.trunkWriter());
      ObjectNode branch = one.putObject("branch");
      branch.put("bytes", page.branch().hex(from, from + BYTES));
      JsonReport.event(branch, "lastWriter", page.branchWriter());
    }
  }
}
