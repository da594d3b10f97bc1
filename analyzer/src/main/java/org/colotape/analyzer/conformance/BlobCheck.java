package org.colotape.analyzer.conformance;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Section;
import org.colotape.schema.event.SectionType;

/** The parts of a stream whose length is said before them: vmstate blobs and packages. */
final class BlobCheck implements Check {
  /** The length is be64 and must be bounded before anything is allocated: bug 42. */
  static final Rule SIZE =
      Rule.error(
          "vmstate-size",
          "VMSTATE_SIZE is the length of whole device sections and an EOF byte (bug 42).",
          "migration/colo.c, colo_incoming_process_checkpoint");

  static final Rule PACKAGE =
      Rule.error(
          "package-length",
          "A package ends with a whole section or command.",
          "migration/savevm.c, loadvm_handle_cmd_packaged");

  static final Rule CONTENTS =
      Rule.error(
          "vmstate-contents",
          "A vmstate blob holds FULL sections only, or, from QEMU 2.8 to 3.0, a whole stream (bug"
              + " 7).",
          "migration/savevm.c, qemu_save_device_state");

  static final Rule DEVICES =
      Rule.warning(
          "checkpoint-devices",
          "Each checkpoint brings the devices that the initial migration brought (I9).",
          "migration/savevm.c, qemu_save_device_state");

  static final List<Rule> RULES = List.of(SIZE, PACKAGE, CONTENTS, DEVICES);

  private static final int MOST_SECTIONS = 1 << 15;
  private static final int MOST_NAMED = 5;
  private static final int SIZE_MESSAGE = Integer.BYTES + Long.BYTES;

  private final Facts facts;
  private final Set<String> initial = new LinkedHashSet<>();
  private final Set<String> devices = new LinkedHashSet<>();
  private boolean oldLayout;
  private boolean opaque;

  /** Ends of the regions that are open, as the stream said; -1 if none is. */
  private long blobEnd = -1;

  private long packageEnd = -1;

  BlobCheck(Facts facts) {
    this.facts = facts;
  }

  @Override
  public void see(Event event, Findings findings) {
    if (!Facts.isMain(event)) {
      return;
    }
    if (event.getKind() != Kind.CHANNEL_END) {
      regionsEnd(event, findings);
    }
    switch (event.getKind()) {
      case COLO_MESSAGE -> {
        switch (event.getMessage().getType()) {
          case VMSTATE_SIZE -> begin(event, findings);
          default -> {}
        }
      }
      case STREAM_HEADER -> oldLayout |= facts.blobEnd >= 0;
      case SECTION_START -> section(event, event.getSection(), findings);
      case PAGE, RAM_BLOCK_LIST -> {
        if (facts.blobEnd >= 0 && !oldLayout) {
          findings.add(CONTENTS, event, "RAM in a blob of device sections");
        }
      }
      case END_OF_SECTIONS -> {
        if (facts.blobEnd >= 0 && !oldLayout && !opaque) {
          compare(event, findings);
        }
      }
      case OPAQUE -> opaque = true;
      default -> {}
    }
  }

  private void begin(Event event, Findings findings) {
    long size = event.getMessage().getSize();
    if (size == 0) {
      findings.add(SIZE, event, Integer.BYTES, "a vmstate blob of 0 bytes");
    }
    blobEnd = event.getStreamOffset() + SIZE_MESSAGE + size;
    devices.clear();
    oldLayout = false;
    opaque = false;
  }

  private void section(Event event, Section head, Findings findings) {
    boolean full = head.getType() == SectionType.FULL;
    if (facts.blobEnd >= 0) {
      if (!full && !oldLayout) {
        findings.add(CONTENTS, event, Facts.name(head) + " led by " + head.getType());
      }
      add(devices, head);
    } else if (full && !facts.migrated) {
      add(initial, head);
    }
  }

  private static void add(Set<String> devices, Section head) {
    if (devices.size() < MOST_SECTIONS) {
      devices.add(head.getName() + "/" + head.getInstance());
    }
  }

  /** What stood last in a region is seen when the first event behind it comes. */
  private void regionsEnd(Event event, Findings findings) {
    Kind last = facts.last;
    if (blobEnd >= 0 && event.getStreamOffset() >= blobEnd) {
      boolean whole = last == Kind.END_OF_SECTIONS || last == Kind.VM_DESCRIPTION;
      if (event.getStreamOffset() > blobEnd || !whole) {
        findings.add(SIZE, event, "the vmstate blob does not end with a whole section and EOF");
      }
      blobEnd = -1;
    }
    if (packageEnd >= 0 && event.getStreamOffset() >= packageEnd) {
      if (event.getStreamOffset() > packageEnd || last == Kind.OPAQUE) {
        findings.add(PACKAGE, event, "the package does not end with a whole section or command");
      }
      packageEnd = -1;
    }
    if (facts.packageEnd > event.getStreamOffset()) {
      packageEnd = facts.packageEnd;
    }
  }

  private void compare(Event event, Findings findings) {
    List<String> differing = new ArrayList<>();
    initial.stream().filter(d -> !devices.contains(d)).forEach(d -> differing.add("no " + d));
    devices.stream().filter(d -> !initial.contains(d)).forEach(d -> differing.add("also " + d));
    if (!differing.isEmpty() && !initial.isEmpty()) {
      String more = differing.size() > MOST_NAMED ? ", ..." : "";
      findings.add(
          DEVICES,
          event,
          "other devices than in the initial migration: "
              + String.join(", ", differing.subList(0, Math.min(MOST_NAMED, differing.size())))
              + more);
    }
  }
}
