package org.colotape.analyzer.cli.show;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HexFormat;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.colotape.schema.event.Event;
import org.colotape.schema.log.StreamBytes;
import org.jspecify.annotations.Nullable;

/**
 * Events as JSON: the fields of the schema by their names. Those that are null or empty lists are
 * left out, bytes are hexadecimal, and in place of an event's {@code wire} stands {@code
 * wireLength}, the number of captured bytes.
 */
final class AvroJson {
  private static final String WIRE = "wire";
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private AvroJson() {}

  /** The event. */
  static ObjectNode of(Event event) {
    ObjectNode node = object(event);
    node.remove(WIRE);
    node.put("wireLength", StreamBytes.length(event));
    return node;
  }

  private static ObjectNode object(IndexedRecord record) {
    ObjectNode node = NODES.objectNode();
    for (Schema.Field field : record.getSchema().getFields()) {
      Object value = record.get(field.pos());
      if (value != null && !(value instanceof Collection<?> list && list.isEmpty())) {
        node.set(field.name(), value(value));
      }
    }
    return node;
  }

  private static JsonNode value(@Nullable Object value) {
    return switch (value) {
      case null -> NODES.nullNode();
      case IndexedRecord record -> object(record);
      case Collection<?> list -> array(list);
      case ByteBuffer bytes -> NODES.textNode(hex(bytes));
      case GenericFixed fixed -> NODES.textNode(HexFormat.of().formatHex(fixed.bytes()));
      case Boolean flag -> NODES.booleanNode(flag);
      case Integer number -> NODES.numberNode(number);
      case Long number -> NODES.numberNode(number);
      default -> NODES.textNode(value.toString());
    };
  }

  private static ArrayNode array(Collection<?> list) {
    ArrayNode node = NODES.arrayNode(list.size());
    list.forEach(element -> node.add(value(element)));
    return node;
  }

  private static String hex(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return HexFormat.of().formatHex(copy);
  }
}
