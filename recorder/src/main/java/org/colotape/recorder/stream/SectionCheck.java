package org.colotape.recorder.stream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares the lengths of device sections, as found while streaming, with those that follow from
 * the VM description (QEMU migration/vmstate.c, vmsd_desc_field_start and its callers: each field
 * states its size, an array that could be compressed only that of its first element). An array of
 * pointers whose first one is null is described as if all were (QEMU before 10.0), so that a
 * section with one is neither confirmed nor contradicted.
 *
 * @param confirmed number of sections whose length the description confirms
 * @param contradictions one line for each section whose length it contradicts, the first few
 */
record SectionCheck(int confirmed, List<String> contradictions) {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int MOST_CONTRADICTIONS = 100;

  /**
   * What leads a subsection besides its name: type, length of the name, version
   * (vmstate_subsection_save).
   */
  private static final int SUBSECTION_HEAD = 1 + 1 + Integer.BYTES;

  /**
   * Reads the description as a stream: it may be long, and only sums are wanted.
   *
   * @param description the JSON text
   * @param found length of each section's state
   * @param pageSize page size that the stream was read with
   */
  static SectionCheck of(InputStream description, Map<SectionHead, Long> found, int pageSize) {
    Reader reader = new Reader(found, pageSize);
    try (JsonParser json = JSON.createParser(description)) {
      reader.description(json);
    } catch (IOException e) {
      reader.contradict("the VM description is not JSON");
    }
    return new SectionCheck(reader.confirmed, List.copyOf(reader.contradictions));
  }

  /** What an object in the description says of a device, a field or a subsection. */
  private static final class Described {
    String name = "";
    String vmsdName = "";
    long instance;
    long size;
    long arrayLength = 1;
    long contents;

    /** True if it is a structure without fields: how a null pointer to one is described. */
    boolean isNull;

    /** True if {@link #contents} is only the least that there can be. */
    boolean open;

    void add(Described field) {
      contents += field.size * field.arrayLength;
      open |= field.isNull && field.arrayLength > 1;
    }

    void addSubsection(Described part) {
      contents += SUBSECTION_HEAD + part.vmsdName.length() + part.contents;
      open |= part.open;
    }
  }

  /** Walks through the description. */
  private static final class Reader {
    final List<String> contradictions = new ArrayList<>();
    int confirmed;
    private final Map<String, Long> found = new HashMap<>();
    private final int pageSize;

    Reader(Map<SectionHead, Long> found, int pageSize) {
      found.forEach((head, length) -> this.found.put(key(head.name(), head.instance()), length));
      this.pageSize = pageSize;
    }

    /** The description names devices by both. */
    private static String key(String name, long instance) {
      return name + "/" + instance;
    }

    void description(JsonParser json) throws IOException {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("not an object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        JsonToken value = json.nextToken();
        if (field.equals("page_size")) {
          comparePageSize(json.getValueAsLong(pageSize));
        } else if (field.equals("devices") && value == JsonToken.START_ARRAY) {
          while (json.nextToken() == JsonToken.START_OBJECT) {
            compare(object(json));
          }
        } else {
          json.skipChildren();
        }
      }
    }

    /** Reads an object with its fields and subsections; as deep as the JSON parser allows. */
    private Described object(JsonParser json) throws IOException {
      Described described = new Described();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        boolean list = json.nextToken() == JsonToken.START_ARRAY;
        switch (field) {
          case "name" -> described.name = text(json);
          case "vmsd_name" -> described.vmsdName = text(json);
          case "instance_id" -> described.instance = json.getValueAsLong() & 0xffff_ffffL;
          case "size" -> described.size = json.getValueAsLong();
          case "array_len" -> described.arrayLength = json.getValueAsLong(1);
          case "fields" -> {
            while (list && json.nextToken() == JsonToken.START_OBJECT) {
              described.add(object(json));
            }
          }
          case "subsections" -> {
            while (list && json.nextToken() == JsonToken.START_OBJECT) {
              described.addSubsection(object(json));
            }
          }
          case "struct" -> described.isNull = isEmpty(json);
          default -> json.skipChildren();
        }
      }
      return described;
    }

    /** Reads an object; whether there is nothing in it. */
    private static boolean isEmpty(JsonParser json) throws IOException {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        return false;
      }
      int entries = 0;
      for (int depth = 1; depth > 0; ) {
        JsonToken token = json.nextToken();
        if (token == null) {
          throw new IOException("not a whole object");
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        entries++;
      }
      return entries == 1;
    }

    private static String text(JsonParser json) throws IOException {
      return String.valueOf(json.getValueAsString(""));
    }

    private void comparePageSize(long described) {
      if (described != pageSize) {
        contradict("page size: read with " + pageSize + ", described " + described);
      }
    }

    private void compare(Described device) {
      Long length = found.remove(key(device.name, device.instance));
      if (length == null) {
        return;
      }
      if (device.contents == length) {
        confirmed++;
      } else if (!device.open || device.contents > length) {
        contradict(device.name + ": found " + length + " bytes, described " + device.contents);
      }
    }

    private void contradict(String line) {
      if (contradictions.size() < MOST_CONTRADICTIONS) {
        contradictions.add(line);
      }
    }
  }
}
