package org.colotape.analyzer.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.colotape.replayer.memory.PageWriter;
import org.junit.jupiter.api.Test;

class JsonReportTest {
  @Test
  void everyFieldIsThereAlsoIfThereIsNothingToSay() {
    JsonNode root = JsonReport.object(Verdicts.inStep());
    assertThat(root.fieldNames())
        .toIterable()
        .containsExactly(
            "recording",
            "rules",
            "outcome",
            "summary",
            "doubts",
            "basis",
            "migration",
            "firstDivergentCheckpoint",
            "loadError",
            "checkpoints",
            "remarks");
    assertThat(root.get("outcome").asText()).isEqualTo("in-step");
    assertThat(root.get("firstDivergentCheckpoint").isNull()).isTrue();
    assertThat(root.get("loadError").isNull()).isTrue();
    assertThat(root.at("/checkpoints/1/blocks/0/sources").toString())
        .isEqualTo("{\"pvm\":\"observed\",\"svm\":\"model\",\"cache\":\"model\"}");
    assertThat(root.at("/checkpoints/3").toString())
        .isEqualTo(
            "{\"checkpoint\":3,\"pagesSent\":1,\"pagesWritten\":1,\"notCompared\":\"incomplete\"}");
  }

  @Test
  void aDivergenceHasItsPagesAsRangesOfBytesAndItsEvidence() {
    JsonNode root =
        JsonReport.object(
            Verdicts.diverged(Verdicts.evidence("new", "old", new PageWriter(9, 0x90, 1))));
    assertThat(root.get("outcome").asText()).isEqualTo("diverged");
    assertThat(root.get("firstDivergentCheckpoint").asInt()).isEqualTo(1);
    JsonNode checkpoint = root.at("/checkpoints/1");
    assertThat(checkpoint.get("pagesDiffering").asInt()).isEqualTo(4);
    assertThat(checkpoint.at("/blocks/0/differing/pvm-cache").toString())
        .isEqualTo(
            "{\"pages\":4,\"ranges\":[{\"offset\":4096,\"length\":12288},"
                + "{\"offset\":20480,\"length\":4096}]}");
    JsonNode evidence = checkpoint.at("/divergences/0");
    assertThat(evidence.get("pair").asText()).isEqualTo("pvm-cache");
    assertThat(evidence.get("offset").asLong()).isEqualTo(4096);
    assertThat(evidence.get("firstDifference").asInt()).isEqualTo(0x20);
    assertThat(evidence.get("lastSent").toString())
        .isEqualTo("{\"seq\":9,\"streamOffset\":144,\"checkpoint\":1}");
    assertThat(evidence.at("/left/bytesOffset").asInt()).isEqualTo(0x20);
    assertThat(evidence.at("/left/bytes").asText()).startsWith("6e6577").hasSize(128);
    assertThat(evidence.at("/left/lastWriter").isNull()).isTrue();
    assertThat(evidence.at("/right/source").asText()).isEqualTo("model");
    assertThat(evidence.at("/right/lastWriter/seq").asInt()).isEqualTo(7);
  }

  @Test
  void whatIsNotKnownIsNull() {
    JsonNode evidence =
        JsonReport.object(Verdicts.diverged(Verdicts.evidence(null, "old", null)))
            .at("/checkpoints/1/divergences/0");
    assertThat(evidence.get("firstDifference").isNull()).isTrue();
    assertThat(evidence.get("lastSent").isNull()).isTrue();
    assertThat(evidence.at("/left/bytes").isNull()).isTrue();
    assertThat(evidence.at("/left/digest").asText()).hasSize(32);
    assertThat(evidence.at("/right/bytes").isNull()).isFalse();
  }

  @Test
  void doubtsAndRemarksAreListed() {
    JsonNode root = JsonReport.object(Verdicts.of(List.of(), Verdicts.remarks(1)));
    assertThat(root.get("outcome").asText()).isEqualTo("undecided");
    assertThat(root.get("doubts")).hasSize(1);
    assertThat(root.at("/remarks/0/kind").asText()).isEqualTo("contradiction");
    assertThat(root.at("/remarks/0/text").asText()).contains("section 0");
  }
}
