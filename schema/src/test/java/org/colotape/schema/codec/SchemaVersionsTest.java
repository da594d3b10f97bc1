package org.colotape.schema.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaFormatter;
import org.apache.avro.SchemaValidationException;
import org.apache.avro.SchemaValidator;
import org.apache.avro.SchemaValidatorBuilder;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Recording;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Schemas evolve under FULL_TRANSITIVE compatibility: every version reads what every other one
 * wrote.
 *
 * <p>To publish a new version, run this test: it writes the current schema to {@code
 * target/published} under the name that it gets; move it to {@code
 * src/main/resources/org/colotape/schema/codec/published}. A version that a release has carried
 * never changes again.
 */
final class SchemaVersionsTest {
  private static final SchemaValidator FULL_TRANSITIVE =
      new SchemaValidatorBuilder().mutualReadStrategy().validateAll();

  static Stream<SchemaVersions> schemas() {
    return Stream.of(
        SchemaVersions.of(Event.getClassSchema()), SchemaVersions.of(Recording.getClassSchema()));
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void theNewestPublishedVersionIsTheCurrentSchema(SchemaVersions versions) throws IOException {
    List<Schema> published = versions.published();

    if (published.isEmpty() || !published.getLast().equals(versions.current())) {
      Path fresh =
          Path.of("target/published")
              .resolve(versions.current().getName() + "-" + (published.size() + 1) + ".avsc");
      Files.createDirectories(fresh.getParent());
      Files.writeString(fresh, SchemaFormatter.format("json/pretty", versions.current()) + "\n");
      assertThat(published)
          .as("the schema has changed: publish it by moving %s to its folder", fresh)
          .endsWith(versions.current());
    }
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void everyVersionReadsWhatEveryOtherWrote(SchemaVersions versions) throws Exception {
    for (Schema version : versions.readable()) {
      FULL_TRANSITIVE.validate(version, versions.readable());
    }
  }

  static Stream<Schema> incompatible() {
    String schema = Event.getClassSchema().toString();
    return Stream.of(
            // a field without a default
            schema.replace(
                "\"fields\":[{\"name\":\"recording\"",
                "\"fields\":[{\"name\":\"planted\",\"type\":\"long\"},{\"name\":\"recording\""),
            // a field that changes its type
            schema.replace(
                "{\"name\":\"checkpoint\",\"type\":\"int\"",
                "{\"name\":\"checkpoint\",\"type\":\"string\""),
            // a field with another name
            schema.replace("{\"name\":\"captureTime\"", "{\"name\":\"timeOfCapture\""))
        .map(planted -> new Schema.Parser().parse(planted));
  }

  @ParameterizedTest
  @MethodSource("incompatible")
  void anIncompatibleChangeIsCaught(Schema planted) {
    SchemaVersions versions = SchemaVersions.of(Event.getClassSchema());
    assertThat(planted).isNotEqualTo(versions.current());

    assertThatThrownBy(() -> FULL_TRANSITIVE.validate(planted, versions.readable()))
        .isInstanceOf(SchemaValidationException.class);
  }
}
