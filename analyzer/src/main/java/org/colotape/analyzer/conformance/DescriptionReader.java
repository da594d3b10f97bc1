package org.colotape.analyzer.conformance;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a VM description piece by piece. Only the objects around the current token are held, as
 * deep as the JSON parser allows, and of each no more than its numbers and names.
 */
final class DescriptionReader implements AutoCloseable {
  /** Takes what the description says. */
  interface Listener {
    /** The next device. */
    void device(String name, long instance, long version);

    /** A key that no description has. */
    void unknownKey(String key);

    /** A field, structure or subsection that contradicts itself. */
    void contradiction(String what);
  }

  /** What a JSON object in the description says. */
  private static final class Described {
    final String key;
    String name = "";
    String vmsdName = "";
    String type = "";
    long instance;
    long version = -1;
    long size = -1;
    long arrayLength = 1;

    /** Bytes of the fields and subsections inside. */
    long contents;

    /** True if {@link #contents} is all of it. */
    boolean structure;

    Described(String key) {
      this.key = key;
    }
  }

  private static final JsonFactory JSON = new JsonFactory();

  /** Type, length of the name and version lead a subsection (vmstate_subsection_save). */
  private static final int SUBSECTION_HEAD = 1 + 1 + Integer.BYTES;

  private static final Set<String> KEYS =
      Set.of(
          "configuration",
          "page_size",
          "devices",
          "name",
          "instance_id",
          "vmsd_name",
          "version",
          "fields",
          "subsections",
          "index",
          "array_len",
          "type",
          "size",
          "struct");

  /** Bytes of types that always have as many (QEMU migration/vmstate-types.c). */
  private static final Map<String, Integer> SIZES =
      Map.ofEntries(
          Map.entry("bool", 1),
          Map.entry("int8", 1),
          Map.entry("uint8", 1),
          Map.entry("uint8 equal", 1),
          Map.entry("int16", 2),
          Map.entry("uint16", 2),
          Map.entry("uint16 equal", 2),
          Map.entry("int32", 4),
          Map.entry("int32 equal", 4),
          Map.entry("int32 le", 4),
          Map.entry("uint32", 4),
          Map.entry("uint32 equal", 4),
          Map.entry("int64", 8),
          Map.entry("int64 equal", 8),
          Map.entry("uint64", 8),
          Map.entry("uint64 equal", 8),
          Map.entry("timer", 8));

  private final Listener listener;
  private final JsonParser json;
  private final ByteArrayFeeder feeder;
  private final Deque<Described> open = new ArrayDeque<>();
  private boolean begun;

  DescriptionReader(Listener listener) throws IOException {
    this.listener = listener;
    this.json = JSON.createNonBlockingByteArrayParser();
    this.feeder = (ByteArrayFeeder) json.getNonBlockingInputFeeder();
  }

  /**
   * Reads the next piece of the text.
   *
   * @param last true if it is the last one
   * @throws IOException if the text is not JSON, or not one object
   */
  void read(ByteBuffer piece, boolean last) throws IOException {
    int from = piece.arrayOffset() + piece.position();
    feeder.feedInput(piece.array(), from, from + piece.remaining());
    if (last) {
      feeder.endOfInput();
    }
    JsonToken token = json.nextToken();
    while (token != null && token != JsonToken.NOT_AVAILABLE) {
      take(token);
      token = json.nextToken();
    }
    if (last && (!begun || !open.isEmpty())) {
      throw new IOException("it ends too early");
    }
  }

  private void take(JsonToken token) throws IOException {
    switch (token) {
      case START_OBJECT -> {
        if (open.isEmpty() && begun) {
          throw new IOException("more than one object");
        }
        String key = open.isEmpty() ? "" : String.valueOf(keyOfObject());
        begun = true;
        open.push(new Described(key));
      }
      case END_OBJECT -> close(open.pop());
      case FIELD_NAME -> {
        if (!KEYS.contains(json.currentName())) {
          listener.unknownKey(json.currentName());
        }
      }
      case VALUE_STRING -> text(json.getText());
      case VALUE_NUMBER_INT -> number(json.getLongValue());
      default -> {
        if (open.isEmpty()) {
          throw new IOException("not an object");
        }
      }
    }
  }

  /** The key that an object or the list around it stands under. */
  private @Nullable String keyOfObject() {
    var context = json.getParsingContext().getParent();
    while (context != null && !context.inObject()) {
      context = context.getParent();
    }
    return context == null ? null : context.getCurrentName();
  }

  private void text(String value) throws IOException {
    Described top = top();
    switch (String.valueOf(json.currentName())) {
      case "name" -> top.name = value;
      case "vmsd_name" -> top.vmsdName = value;
      case "type" -> top.type = value;
      default -> {}
    }
  }

  private void number(long value) throws IOException {
    Described top = top();
    switch (String.valueOf(json.currentName())) {
      case "instance_id" -> top.instance = value & 0xffff_ffffL;
      case "version" -> top.version = value;
      case "size" -> top.size = value;
      case "array_len" -> top.arrayLength = value;
      default -> {}
    }
  }

  private Described top() throws IOException {
    Described top = open.peek();
    if (top == null) {
      throw new IOException("not an object");
    }
    return top;
  }

  private void close(Described object) {
    Described around = open.peek();
    switch (object.key) {
      case "devices" -> listener.device(object.name, object.instance, object.version);
      case "fields" -> {
        field(object);
        if (around != null) {
          around.contents += object.size * object.arrayLength;
        }
      }
      case "struct" -> {
        if (around != null) {
          around.contents = object.contents;
          around.structure = true;
        }
      }
      case "subsections" -> {
        if (around != null) {
          around.contents += SUBSECTION_HEAD + object.vmsdName.length() + object.contents;
          subsection(object, around);
        }
      }
      default -> {}
    }
  }

  private void field(Described field) {
    Integer size = SIZES.get(field.type);
    if (size != null && size != field.size) {
      listener.contradiction(
          "field '%s' of type %s has %d bytes".formatted(field.name, field.type, field.size));
    }
    // an array of null pointers has bytes that the description does not show
    if (field.structure && field.contents != 0 && field.contents != field.size) {
      listener.contradiction(
          "field '%s' has %d bytes, its parts have %d"
              .formatted(field.name, field.size, field.contents));
    }
  }

  private void subsection(Described subsection, Described around) {
    if (!around.vmsdName.isEmpty() && !subsection.vmsdName.startsWith(around.vmsdName)) {
      listener.contradiction(
          "subsection '%s' of '%s'".formatted(subsection.vmsdName, around.vmsdName));
    }
  }

  @Override
  public void close() throws IOException {
    json.close();
  }
}
