package org.colotape.schema.codec;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The published versions of one schema, oldest first. They stand as {@code
 * published/<name>-<n>.avsc} beside this class, are never changed, and the last of them is the
 * current one.
 *
 * @param current the schema of the generated class
 * @param published all versions that a reader must understand
 */
public record SchemaVersions(Schema current, List<Schema> published) {
  /** The versions of the schema that has this one's name. */
  public static SchemaVersions of(Schema current) {
    List<Schema> versions = new ArrayList<>();
    for (int n = 1; ; n++) {
      Schema version = load(current.getName() + "-" + n + ".avsc");
      if (version == null) {
        return new SchemaVersions(current, List.copyOf(versions));
      }
      versions.add(version);
    }
  }

  /** All schemas whose data a reader of this version understands. */
  public Set<Schema> readable() {
    Set<Schema> readable = new LinkedHashSet<>(published);
    readable.add(current);
    return readable;
  }

  /** True if a reader of this version understands data written with that schema. */
  public boolean understands(Schema writer) {
    return readable().contains(writer);
  }

  private static @Nullable Schema load(String name) {
    try (InputStream in = SchemaVersions.class.getResourceAsStream("published/" + name)) {
      return in == null ? null : new Schema.Parser().parse(in);
    } catch (IOException e) {
      throw new UncheckedIOException("reading schema " + name, e);
    }
  }
}
