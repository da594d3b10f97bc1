package org.colotape.recorder.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Compares the lengths of device sections, as found while streaming, with those that follow from
 * the VM description (QEMU migration/vmstate.c, vmsd_desc_field_start and its callers: each field
 * states its size, an array that could be compressed only that of its first element).
 *
 * @param confirmed number of sections whose length the description confirms
 * @param contradictions one line for each section whose length it contradicts
 */
record SectionCheck(int confirmed, List<String> contradictions) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What leads a subsection besides its name: type, length of the name, version
   * (vmstate_subsection_save).
   */
  private static final int SUBSECTION_HEAD = 1 + 1 + Integer.BYTES;

  /**
   * @param description the JSON text
   * @param found length of each section's state by {@link StreamState#sectionKey}
   * @param pageSize page size that the stream was read with
   */
  static SectionCheck of(byte[] description, Map<String, Long> found, int pageSize) {
    JsonNode root;
    try {
      root = JSON.readTree(description);
    } catch (IOException e) {
      return new SectionCheck(0, List.of("the VM description is not JSON"));
    }
    List<String> contradictions = new ArrayList<>();
    int stated = root.path("page_size").asInt(pageSize);
    if (stated != pageSize) {
      contradictions.add("page size: read with " + pageSize + ", described " + stated);
    }
    int confirmed = 0;
    for (JsonNode device : root.path("devices")) {
      String name = device.path("name").asText();
      Long length =
          found.get(
              StreamState.sectionKey(name, device.path("instance_id").asLong() & 0xffff_ffffL));
      if (length == null) {
        continue;
      }
      long described = contents(device);
      if (described == length) {
        confirmed++;
      } else {
        contradictions.add(name + ": found " + length + " bytes, described " + described);
      }
    }
    return new SectionCheck(confirmed, List.copyOf(contradictions));
  }

  private static long contents(JsonNode description) {
    long sum = 0;
    for (JsonNode field : description.path("fields")) {
      sum += field.path("size").asLong() * field.path("array_len").asLong(1);
    }
    for (JsonNode subsection : description.path("subsections")) {
      sum +=
          SUBSECTION_HEAD + subsection.path("vmsd_name").asText().length() + contents(subsection);
    }
    return sum;
  }
}
