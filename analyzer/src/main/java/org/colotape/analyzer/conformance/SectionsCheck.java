package org.colotape.analyzer.conformance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Section;
import org.colotape.schema.event.SectionType;
import org.colotape.schema.wire.StreamFormat;

/** Heads and footers of sections. */
final class SectionsCheck implements Check {
  static final Rule ID =
      Rule.error(
          "section-id",
          "An id means the same section in all of a stream.",
          "migration/savevm.c, register_savevm_live (global_section_id)");

  static final Rule TWICE =
      Rule.error(
          "section-twice",
          "A section is introduced once, and once again in each checkpoint.",
          "migration/savevm.c, qemu_savevm_state_complete_precopy_non_iterable");

  static final Rule NAME =
      Rule.error(
          "section-name",
          "No two ids have the same name and instance.",
          "migration/savevm.c, find_se");

  static final Rule VERSION =
      Rule.error(
          "section-version",
          "A section has the same version in all of a stream (I9: it is the same device).",
          "migration/savevm.c, save_section_header");

  static final Rule RAM =
      Rule.error(
          "ram-version",
          "The RAM section has version 4 and instance 0.",
          "migration/ram.c, ram_load, ram_mig_init");

  static final Rule AFTER_END =
      Rule.error(
          "section-after-end",
          "Nothing of a section comes behind its END before the sections are over.",
          "migration/savevm.c, qemu_savevm_state_complete_precopy_iterable");

  /** A background snapshot ends without: bg_migration_completion sends none. */
  static final Rule NOT_ENDED =
      Rule.info(
          "section-not-ended",
          "A section that began with START ends with END, but in a background snapshot.",
          "migration/savevm.c, qemu_savevm_state_complete_precopy_iterable");

  static final Rule FOOTERS =
      Rule.error(
          "footers-mixed",
          "Either all sections have footers, or none has.",
          "migration/savevm.c, save_section_footer (machine property send-section-footer)");

  static final Rule FOOTER_ID =
      Rule.error(
          "footer-id",
          "A footer has the id of its section.",
          "migration/savevm.c, check_section_footer");

  static final List<Rule> RULES =
      List.of(ID, TWICE, NAME, VERSION, RAM, AFTER_END, NOT_ENDED, FOOTERS, FOOTER_ID);

  /** Sections that are remembered; the parser knows no more. */
  private static final int MOST_SECTIONS = 1 << 15;

  private final Facts facts;
  private final Map<Long, Section> byId = new HashMap<>();
  private final Map<String, Long> byName = new HashMap<>();

  /** Ids that the sections up to the next EOF byte have introduced, and ended. */
  private final Set<Long> introduced = new HashSet<>();

  private final Set<Long> ended = new HashSet<>();
  private boolean withFooter;
  private boolean withoutFooter;
  private boolean mixed;

  SectionsCheck(Facts facts) {
    this.facts = facts;
  }

  @Override
  public void see(Event event, Findings findings) {
    if (!Facts.isMain(event)) {
      return;
    }
    switch (event.getKind()) {
      case STREAM_HEADER -> {
        byId.clear();
        byName.clear();
        endRun();
      }
      case SECTION_START -> {
        footerMissing(event, findings);
        begin(event, event.getSection(), findings);
      }
      case SECTION_END -> footer(event, event.getSection(), findings);
      case MIG_COMMAND, COLO_MESSAGE -> footerMissing(event, findings);
      case END_OF_SECTIONS -> {
        footerMissing(event, findings);
        if (!facts.migrated && !facts.damaged) {
          notEnded(event, findings);
        }
        endRun();
      }
      default -> {}
    }
  }

  private void endRun() {
    introduced.clear();
    ended.clear();
  }

  private void begin(Event event, Section head, Findings findings) {
    long id = head.getId();
    if (head.getType() == SectionType.START || head.getType() == SectionType.FULL) {
      introduce(event, head, findings);
    } else if (ended.contains(id)) {
      findings.add(AFTER_END, event, Facts.name(head) + " goes on behind its END");
    }
    if (head.getType() == SectionType.END && ended.size() < MOST_SECTIONS) {
      ended.add(id);
    }
  }

  private void introduce(Event event, Section head, Findings findings) {
    long id = head.getId();
    Section before = byId.get(id);
    if (before != null && !key(before).equals(key(head))) {
      findings.add(ID, event, "id %d was %s, is %s".formatted(id, key(before), key(head)));
    } else if (before != null && before.getVersion() != head.getVersion()) {
      findings.add(
          VERSION,
          event,
          "%s had version %d, has %d"
              .formatted(Facts.name(head), before.getVersion(), head.getVersion()));
    }
    if (introduced.contains(id)) {
      findings.add(TWICE, event, Facts.name(head) + " is introduced again");
    }
    Long other = byName.get(key(head));
    if (other != null && other != id) {
      findings.add(NAME, event, "%s has id %d, and %d before".formatted(key(head), id, other));
    }
    if (head.getName().equals(StreamFormat.RAM)
        && (head.getVersion() != StreamFormat.RAM_VERSION || head.getInstance() != 0)) {
      findings.add(
          RAM,
          event,
          "RAM section of version %d, instance %d"
              .formatted(head.getVersion(), head.getInstance()));
    }
    if (byId.size() < MOST_SECTIONS || before != null) {
      byId.put(id, head);
      byName.put(key(head), id);
      introduced.add(id);
    }
  }

  private void notEnded(Event event, Findings findings) {
    List<String> open = new ArrayList<>();
    for (Long id : introduced) {
      Section section = byId.get(id);
      if (section != null && section.getType() == SectionType.START && !ended.contains(id)) {
        open.add(Facts.name(section));
      }
    }
    if (!open.isEmpty()) {
      findings.add(NOT_ENDED, event, "no END of " + String.join(", ", open));
    }
  }

  private void footer(Event event, Section section, Findings findings) {
    withFooter = true;
    Section open = facts.section;
    if (open != null && open.getId() != section.getId()) {
      findings.add(
          FOOTER_ID, event, "footer of section " + section.getId() + " behind " + Facts.name(open));
    }
    mixed(event, findings);
  }

  private void footerMissing(Event event, Findings findings) {
    if (facts.section != null) {
      withoutFooter = true;
      mixed(event, findings);
    }
  }

  private void mixed(Event event, Findings findings) {
    if (withFooter && withoutFooter && !mixed) {
      mixed = true;
      findings.add(FOOTERS, event, "some sections have a footer, and some have none");
    }
  }

  private static String key(Section section) {
    return section.getName() + " instance " + section.getInstance();
  }
}
