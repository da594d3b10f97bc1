package org.colotape.analyzer.qualification.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.colotape.analyzer.qualification.CaseResult.Kind;
import org.colotape.analyzer.qualification.Cell;
import org.colotape.analyzer.qualification.Table;

/**
 * The table as one JSON object. What it has is described, and held by a test, in {@code
 * qualify.schema.json} beside this class.
 */
public final class JsonTable {
  private static final double MILLIS = 1000;

  private JsonTable() {}

  /** The object. */
  public static ObjectNode object(Table table) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("primary", table.subject().primary());
    root.put("secondary", table.subject().secondary());
    root.put("accelerator", table.subject().kvm() ? "kvm" : "tcg");
    root.put("outcome", Cells.name(table.outcome()));
    root.put("summary", Cells.summary(table));
    ObjectNode counts = root.putObject("counts");
    for (Kind kind : Kind.values()) {
      counts.put(Cells.name(kind), table.count(kind));
    }
    ArrayNode cases = root.putArray("cases");
    table.cells().forEach(cell -> cell(cases.addObject(), cell));
    return root;
  }

  private static void cell(ObjectNode node, Cell cell) {
    node.put("case", cell.of().name());
    node.put("machine", cell.of().configuration().machine());
    node.put("encoding", cell.of().configuration().encoding().toString());
    node.put("course", cell.of().course().name());
    node.put("result", Cells.name(cell.result().kind()));
    node.put("headline", cell.result().headline());
    ArrayNode details = node.putArray("details");
    cell.result().details().forEach(details::add);
    node.put("seconds", cell.time().toMillis() / MILLIS);
  }
}
