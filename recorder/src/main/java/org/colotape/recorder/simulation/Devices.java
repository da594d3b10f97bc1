package org.colotape.recorder.simulation;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * The devices of the PVM besides its RAM: their state in a FULL section each, and the JSON that
 * describes it (QEMU migration/savevm.c, qemu_savevm_state_complete_precopy_non_iterable).
 */
final class Devices {
  private static final int SECTION_FULL = 0x04;
  private static final int FOOTER = 0x7e;
  private static final int DESCRIPTION = 0x06;

  /** A field: name, type and size in bytes. */
  private record Field(String name, String type, int size) {
    String json() {
      return "{\"name\": \"%s\", \"type\": \"%s\", \"size\": %d}".formatted(name, type, size);
    }
  }

  private record Device(int section, String name, int version, List<Field> fields) {
    String json() {
      return "{\"name\": \"%s\", \"instance_id\": 0, \"vmsd_name\": \"%s\", \"version\": %d, \"fields\": [%s]}"
          .formatted(
              name,
              name,
              version,
              fields.stream().map(Field::json).collect(Collectors.joining(", ")));
    }
  }

  private static final List<Device> ALL =
      List.of(
          new Device(
              0,
              "timer",
              2,
              List.of(
                  new Field("cpu_ticks_offset", "int64", 8),
                  new Field("unused", "unused_buffer", 8),
                  new Field("cpu_clock_offset", "int64", 8))),
          new Device(
              3,
              "cpu_common",
              1,
              List.of(
                  new Field("halted", "uint32", 4), new Field("interrupt_request", "uint32", 4))),
          new Device(
              4,
              "simulated-disk",
              1,
              List.of(
                  new Field("checkpoint", "uint32", 4), new Field("registers", "buffer", 600))));

  private final String machine;
  private final List<Device> devices;
  private final Random random;

  /**
   * @param lastFirst true if the last registered device comes first, as interrupt controllers do
   *     since QEMU 11.1
   */
  Devices(String machine, boolean lastFirst, long seed) {
    this.machine = machine;
    this.devices = lastFirst ? List.of(ALL.getLast(), ALL.getFirst(), ALL.get(1)) : ALL;
    this.random = new Random(seed);
  }

  /** Writes the sections of all devices as they are at a checkpoint. */
  void write(WireBytes out, int checkpoint) {
    for (Device device : devices) {
      out.u8(SECTION_FULL).be32(device.section()).name(device.name()).be32(0);
      out.be32(device.version());
      for (Field field : device.fields()) {
        switch (field.name()) {
          case "checkpoint" -> out.be32(checkpoint);
          case "halted", "interrupt_request" -> out.be32(0);
          default -> out.bytes(registers(field.size()));
        }
      }
      out.u8(FOOTER).be32(device.section());
    }
  }

  /** Writes the description. */
  void describe(WireBytes out) {
    String json =
        ("{\"configuration\": {\"vmsd_name\": \"configuration\", \"version\": 1, \"fields\":"
                + " [%s, %s]}, \"page_size\": 4096, \"devices\": [%s]}")
            .formatted(
                new Field("len", "uint32", 4).json(),
                new Field("name", "buffer", machine.length()).json(),
                devices.stream().map(Device::json).collect(Collectors.joining(", ")));
    byte[] text = json.getBytes(StandardCharsets.US_ASCII);
    out.u8(DESCRIPTION).be32(text.length).bytes(text);
  }

  private byte[] registers(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }
}
