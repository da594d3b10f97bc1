package org.colotape.analyzer.qualification.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import javax.xml.parsers.DocumentBuilderFactory;
import org.colotape.analyzer.lab.Encoding;
import org.colotape.analyzer.qualification.CaseResult.Kind;
import org.colotape.analyzer.qualification.Table;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class TableReportsTest {
  @Test
  void aTableIsWrongIfACellIsElseUndecidedIfOneIsAndNeverRightWithoutARightCell() {
    assertThat(Tables.mixed().outcome()).isEqualTo(Kind.WRONG);
    assertThat(Tables.of(Tables.RIGHT, Tables.UNDECIDED, Tables.REFUSED).outcome())
        .isEqualTo(Kind.UNDECIDED);
    assertThat(Tables.of(Tables.RIGHT, Tables.REFUSED).outcome()).isEqualTo(Kind.RIGHT);
    assertThat(Tables.of(Tables.REFUSED, Tables.REFUSED).outcome()).isEqualTo(Kind.REFUSED);
  }

  @Test
  void theTextHasARowForEachCourseAndSaysOnceWhatIsNotRight() {
    assertThat(TextTable.lines(Tables.mixed()))
        .containsExactly(
            "pc                         plain          multifd",
            "20 checkpoints, guest hot  right          WRONG [2]",
            "failover at REPLY          undecided [1]  -",
            "",
            "q35                        plain  multifd",
            "20 checkpoints, guest hot  right  WRONG [2]",
            "failover at REPLY          -      refused [3]",
            "",
            "[1] undecided: took longer than 45 s",
            "    pc/plain/failover-reply",
            "    it was at checkpoint 3",
            "[2] WRONG: not flushed, <b>&ram</b>",
            "    pc/multifd/load-hot, q35/multifd/load-hot",
            "    checkpoint 1, not flushed: \"3 pages\"",
            "    second",
            "    third",
            "    fourth",
            "    and 1 more: --json has all",
            "[3] refused: the secondary ends by itself: \u001b[1m`bad`|_",
            "    q35/multifd/failover-reply",
            "QEMU 10.0.13 (Debian) under kvm: 6 cases: 2 right, 2 wrong, 1 refused by QEMU,"
                + " 1 undecided");
  }

  @Test
  void aCellWithWhichTwoThingsAreWrongHasTwoNotes() {
    assertThat(TextTable.lines(Tables.of(Tables.WRONG, Tables.TWICE)))
        .contains(
            "20 checkpoints, guest sequential  WRONG [1]",
            "20 checkpoints, guest random      WRONG [1] [2]",
            "[2] WRONG: lost dirty bit in ram",
            "    pc/plain/load-random");
  }

  @Test
  void markdownIsATableWhoseWordsAreNoMarkup() {
    List<String> lines = MarkdownTable.lines(Tables.mixed());
    assertThat(lines)
        .contains(
            "| course | pc plain | pc multifd | q35 plain | q35 multifd |",
            "| --- | --- | --- | --- | --- |",
            "| failover at REPLY | undecided [1] | - | - | refused [3] |",
            "- [2] wrong: not flushed, \\<b\\>&ram\\</b\\>")
        .anyMatch(line -> line.endsWith("\\`bad\\`\\|\\_"));
  }

  @Test
  void jsonHasEveryCaseAndKeepsToItsSchema() throws IOException {
    ObjectNode json = JsonTable.object(Tables.mixed());
    assertThat(errors(json)).isEmpty();
    assertThat(json.get("outcome").asText()).isEqualTo("wrong");
    assertThat(json.get("counts").toString())
        .isEqualTo("{\"right\":2,\"wrong\":2,\"refused\":1,\"undecided\":1}");
    assertThat(json.at("/cases/2").toString())
        .startsWith(
            "{\"case\":\"pc/multifd/load-hot\",\"machine\":\"pc\",\"encoding\":\"multifd\","
                + "\"course\":\"load-hot\",\"result\":\"wrong\"")
        .contains("fifth", "\"seconds\":1.502");
  }

  @Test
  void whatTheSchemaDoesNotSayIsRefused() throws IOException {
    assertRefused(json -> json.put("colour", "red"));
    assertRefused(json -> json.remove("accelerator"));
    assertRefused(json -> json.put("outcome", "fine"));
    assertRefused(json -> ((ObjectNode) json.get("counts")).put("right", -1));
    assertRefused(json -> ((ArrayNode) json.get("cases")).removeAll());
    assertRefused(json -> ((ObjectNode) json.at("/cases/0")).put("result", "diverged"));
    assertRefused(json -> ((ObjectNode) json.at("/cases/0")).remove("details"));
  }

  @Test
  void everyNameThatMayComeIsInTheSchema() throws IOException {
    JsonNode schema = new ObjectMapper().readTree(schema());
    assertThat(texts(schema.at("/$defs/result/enum")))
        .containsExactlyElementsOf(Arrays.stream(Kind.values()).map(Cells::name).toList());
    assertThat(texts(schema.at("/$defs/case/properties/encoding/enum")))
        .containsExactlyElementsOf(
            Arrays.stream(Encoding.values()).map(Encoding::toString).toList());
  }

  @Test
  void junitHasATestForEachCaseAndOnlyARightOnePasses() throws Exception {
    Element suite = junit(Tables.mixed());
    assertThat(suite.getAttribute("tests")).isEqualTo("6");
    assertThat(suite.getAttribute("failures")).isEqualTo("2");
    assertThat(suite.getAttribute("errors")).isEqualTo("1");
    assertThat(suite.getAttribute("skipped")).isEqualTo("1");
    List<String> tests = new ArrayList<>();
    NodeList cases = suite.getElementsByTagName("testcase");
    for (int i = 0; i < cases.getLength(); i++) {
      Element test = (Element) cases.item(i);
      NodeList results = test.getElementsByTagName("*");
      tests.add(
          test.getAttribute("classname")
              + " "
              + test.getAttribute("name")
              + " "
              + test.getAttribute("time")
              + (results.getLength() == 0
                  ? ""
                  : " "
                      + results.item(0).getNodeName()
                      + " "
                      + ((Element) results.item(0)).getAttribute("message")));
    }
    assertThat(tests)
        .containsExactly(
            "pc.plain load-hot 1.500",
            "pc.plain failover-reply 1.501 error took longer than 45 s",
            "pc.multifd load-hot 1.502 failure not flushed, <b>&ram</b>",
            "q35.plain load-hot 1.503",
            "q35.multifd load-hot 1.504 failure not flushed, <b>&ram</b>",
            "q35.multifd failover-reply 1.505 skipped the secondary ends by itself: ?[1m`bad`|_");
    assertThat(suite.getElementsByTagName("failure").item(0).getTextContent()).endsWith("fifth");
  }

  @Test
  void thePageHasEveryCaseRunsNothingAndLoadsNothing() throws IOException {
    StringWriter out = new StringWriter();
    HtmlTable.write(Tables.mixed(), out);
    String page = out.toString();
    assertThat(page)
        .contains("default-src 'none'")
        .contains("<td class=\"wrong\"", "WRONG <a href=\"#note-2\">[2]</a>", "id=\"note-2\"")
        .contains("not flushed, &lt;b&gt;&amp;ram&lt;/b&gt;", "&quot;3 pages&quot;")
        .contains("<th scope=\"row\">q35/multifd/failover-reply</th>")
        .doesNotContain("<script", "src=", "url(", "http:", "https:", "{{", "<b>");
  }

  private static Element junit(Table table) throws Exception {
    StringWriter out = new StringWriter();
    JunitTable.write(table, out);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(out.toString())))
        .getDocumentElement();
  }

  private static void assertRefused(Consumer<ObjectNode> change) throws IOException {
    ObjectNode json = JsonTable.object(Tables.mixed());
    change.accept(json);
    assertThat(errors(json)).isNotEmpty();
  }

  private static List<String> errors(JsonNode document) throws IOException {
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(schema());
    return schema.validate(document.toString(), InputFormat.JSON).stream()
        .map(error -> error.getInstanceLocation() + ": " + error.getMessage())
        .toList();
  }

  private static String schema() throws IOException {
    try (InputStream in = JsonTable.class.getResourceAsStream("qualify.schema.json")) {
      assertThat(in).as("the schema beside JsonTable").isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
