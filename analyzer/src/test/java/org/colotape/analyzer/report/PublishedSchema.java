package org.colotape.analyzer.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The schema of {@code analyze --json}. */
public final class PublishedSchema {
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(text());

  private PublishedSchema() {}

  /** What is wrong with a document; nothing if it is valid. */
  public static List<String> errors(JsonNode document) {
    return SCHEMA.validate(document.toString(), InputFormat.JSON).stream()
        .map(error -> error.getInstanceLocation() + ": " + error.getMessage())
        .toList();
  }

  static String text() {
    try (InputStream in = JsonReport.class.getResourceAsStream("analyze.schema.json")) {
      if (in == null) {
        throw new IllegalStateException("the schema is not beside JsonReport");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
