package org.colotape.analyzer.conformance;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Section;
import org.colotape.schema.event.SectionType;
import org.colotape.schema.event.VmDescription;
import org.jspecify.annotations.Nullable;

/** The VM description against the sections that it describes, and against itself. */
final class DescriptionCheck implements Check {
  static final Rule JSON =
      Rule.error(
          "description-json",
          "The VM description is one JSON object of the length that it says.",
          "migration/savevm.c, qemu_savevm_state_complete_precopy_non_iterable");

  static final Rule DEVICES =
      Rule.error(
          "description-devices",
          "The VM description has the device sections that were sent, by name, instance and"
              + " version, in their order.",
          "migration/savevm.c, vmstate_save");

  static final Rule SIZES =
      Rule.error(
          "description-sizes",
          "Each device section is as long as the VM description's fields add up to.",
          "migration/vmstate.c, vmstate_save_state_v");

  static final Rule KEYS =
      Rule.warning(
          "description-keys",
          "The VM description has the keys that QEMU writes.",
          "migration/vmstate.c, vmsd_desc_field_start");

  static final Rule FIELDS =
      Rule.warning(
          "description-fields",
          "Fields have the size of their type and of their parts, and subsections the name of what"
              + " they belong to.",
          "migration/vmstate.c, vmsd_desc_field_end, vmstate_subsection_load");

  static final List<Rule> RULES = List.of(JSON, DEVICES, SIZES, KEYS, FIELDS);

  private static final int HEAD = 1 + Integer.BYTES;
  private static final int MOST_SECTIONS = 1 << 15;

  private final Facts facts;

  /** Device sections since the stream began, in their order. */
  private final List<Section> sections = new ArrayList<>();

  private @Nullable Reading reading;

  DescriptionCheck(Facts facts) {
    this.facts = facts;
  }

  @Override
  public void see(Event event, Findings findings) {
    if (!Facts.isMain(event)) {
      return;
    }
    switch (event.getKind()) {
      case STREAM_HEADER -> sections.clear();
      case SECTION_START -> {
        Section head = event.getSection();
        if (head.getType() == SectionType.FULL && sections.size() < MOST_SECTIONS) {
          sections.add(head);
        }
      }
      case COLO_MESSAGE -> sections.clear();
      case VM_DESCRIPTION -> piece(event, event.getDescription(), findings);
      default -> {
        if (event.getKind() == Kind.CHANNEL_END) {
          reading = null;
        }
      }
    }
  }

  private void piece(Event event, VmDescription description, Findings findings) {
    for (String line : description.getContradictions()) {
      findings.add(SIZES, event, line);
    }
    int head = description.getPosition() == 0 ? Math.min(HEAD, Bytes.length(event)) : 0;
    ByteBuffer text = event.getWire().duplicate();
    text.position(text.position() + head);
    boolean last = description.getPosition() + text.remaining() >= description.getLength();
    try {
      if (description.getPosition() == 0) {
        reading = new Reading(List.copyOf(sections), facts.damaged || facts.footersOff);
      }
      Reading current = reading;
      if (current != null) {
        current.event = event;
        current.findings = findings;
        current.reader.read(text, last);
        if (last) {
          current.end();
        }
      }
    } catch (IOException e) {
      findings.add(JSON, event, "not JSON: " + firstLine(e));
      reading = null;
    }
  }

  private static String firstLine(IOException e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  /** A description that is being read. */
  private static final class Reading implements DescriptionReader.Listener {
    final DescriptionReader reader;
    private final List<Section> sections;

    /** True if some of the sections are not known, or can't be told apart. */
    private final boolean unknown;

    private int next;
    private boolean differs;
    @Nullable Event event;
    @Nullable Findings findings;

    Reading(List<Section> sections, boolean unknown) throws IOException {
      this.sections = sections;
      this.unknown = unknown;
      this.reader = new DescriptionReader(this);
    }

    @Override
    public void device(String name, long instance, long version) {
      Section section = next < sections.size() ? sections.get(next) : null;
      next++;
      if (unknown || differs) {
        return;
      }
      String described = "%s instance %d version %d".formatted(name, instance, version);
      if (section == null) {
        differs("describes " + described + ", which was not sent");
      } else if (!section.getName().equals(name)
          || section.getInstance() != instance
          || (version >= 0 && section.getVersion() != version)) {
        differs(
            "describes %s where %s instance %d version %d was sent"
                .formatted(
                    described, section.getName(), section.getInstance(), section.getVersion()));
      }
    }

    void end() {
      if (!unknown && !differs && next < sections.size()) {
        differs("does not describe " + Facts.name(sections.get(next)));
      }
    }

    private void differs(String text) {
      differs = true;
      add(DEVICES, text);
    }

    @Override
    public void unknownKey(String key) {
      add(KEYS, "key '" + key + "'");
    }

    @Override
    public void contradiction(String what) {
      add(FIELDS, what);
    }

    private void add(Rule rule, String text) {
      Event at = event;
      Findings to = findings;
      if (at != null && to != null) {
        to.add(rule, at, text);
      }
    }
  }
}
