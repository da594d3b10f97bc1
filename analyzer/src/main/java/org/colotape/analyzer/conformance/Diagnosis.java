package org.colotape.analyzer.conformance;

import java.util.List;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Section;
import org.colotape.schema.wire.RamFlags;
import org.colotape.schema.wire.StreamFormat;

/** Which rule bytes break that could not be parsed: their first ones and their place tell. */
final class Diagnosis {
  static final Rule HEADER =
      Rule.error(
          "header",
          "A stream begins with magic 'QEVM' and version 3.",
          "migration/savevm.c, qemu_loadvm_state_header");

  static final Rule CONFIGURATION =
      Rule.error(
          "configuration",
          "A configuration is a machine type and known subsections, each of its length.",
          "migration/savevm.c, vmstate_configuration");

  static final Rule ELEMENT =
      Rule.error(
          "element",
          "An element begins with a type that QEMU knows.",
          "migration/savevm.c, qemu_loadvm_state_main");

  static final Rule SECTION =
      Rule.error(
          "section-head",
          "The head of a section has an id, a name and versions.",
          "migration/savevm.c, qemu_loadvm_section_start_full");

  static final Rule SECTION_UNKNOWN =
      Rule.error(
          "section-unknown",
          "A section that goes on has begun.",
          "migration/savevm.c, qemu_loadvm_section_part_end");

  static final Rule FOOTER =
      Rule.error(
          "footer",
          "Behind a section stands its footer.",
          "migration/savevm.c, check_section_footer");

  static final Rule COMMAND =
      Rule.error(
          "command",
          "A command has a number that QEMU knows, and the payload's length that goes with it.",
          "migration/savevm.c, loadvm_process_command, mig_cmd_args");

  static final Rule RAM_FLAGS =
      Rule.error(
          "ram-flags",
          "The flags of a RAM record go together: one of ZERO, PAGE, XBZRLE, COMPRESS_PAGE, with"
              + " CONTINUE or without, or MEM_SIZE, EOS, MULTIFD_FLUSH alone.",
          "migration/ram.c, ram_load_precopy");

  static final Rule BLOCK_LIST =
      Rule.error(
          "block-list",
          "The block list has names and lengths that add up to its total.",
          "migration/ram.c, parse_ramblocks");

  static final Rule CONTINUE =
      Rule.error(
          "ram-continue",
          "CONTINUE means the block of a page before.",
          "migration/ram.c, ram_block_from_stream");

  static final Rule PAGE_RECORD =
      Rule.error(
          "page-record",
          "The record of a page has a name that is text, and contents of the length that it says.",
          "migration/ram.c, ram_load_precopy, load_xbzrle");

  static final Rule MESSAGE =
      Rule.error(
          "colo-message",
          "Behind the initial migration and between checkpoints come COLO messages.",
          "migration/colo.c, colo_receive_message");

  static final Rule DESCRIPTION =
      Rule.error(
          "description",
          "The VM description is as long as it says, and text.",
          "migration/savevm.c, qemu_loadvm_state");

  static final Rule RETURN =
      Rule.error(
          "return-message",
          "A message of the return path has a type that QEMU knows, and the length that goes with"
              + " it.",
          "migration/migration.c, source_return_path_thread, rp_cmd_args");

  static final Rule UNPARSED =
      Rule.error(
          "unparsed", "All bytes can be parsed.", "migration/savevm.c, qemu_loadvm_state_main");

  static final List<Rule> RULES =
      List.of(
          HEADER,
          CONFIGURATION,
          ELEMENT,
          SECTION,
          SECTION_UNKNOWN,
          FOOTER,
          COMMAND,
          RAM_FLAGS,
          BLOCK_LIST,
          CONTINUE,
          PAGE_RECORD,
          MESSAGE,
          DESCRIPTION,
          RETURN,
          UNPARSED);

  private Diagnosis() {}

  /** The rule that an opaque event breaks, which is none that goes on with another one. */
  static Rule of(Event event, Facts facts) {
    Kind last = facts.last;
    if (event.getDirection() == Direction.SVM_TO_PVM) {
      return RETURN;
    }
    if (event.getChannel() > 0) {
      return UNPARSED;
    }
    if (last == Kind.UNKNOWN) {
      return HEADER;
    }
    int first = Bytes.length(event) == 0 ? 0 : Bytes.u8(event, 0);
    if (last == Kind.STREAM_HEADER && first == StreamFormat.CONFIGURATION) {
      return CONFIGURATION;
    }
    if (facts.inRam()) {
      return ram(event, facts);
    }
    Section section = facts.section;
    if (section != null && !facts.footersOff) {
      return FOOTER;
    }
    if (first == StreamFormat.VM_DESCRIPTION && last == Kind.END_OF_SECTIONS) {
      return DESCRIPTION;
    }
    return facts.migrated && facts.blobEnd < 0 && !facts.inCheckpointSections
        ? MESSAGE
        : element(first);
  }

  private static Rule element(int first) {
    return switch (first) {
      case StreamFormat.SECTION_START, StreamFormat.SECTION_FULL -> SECTION;
      case StreamFormat.SECTION_PART, StreamFormat.SECTION_END -> SECTION_UNKNOWN;
      case StreamFormat.VM_DESCRIPTION -> DESCRIPTION;
      case StreamFormat.COMMAND -> COMMAND;
      case StreamFormat.EOF -> UNPARSED;
      default -> ELEMENT;
    };
  }

  private static Rule ram(Event event, Facts facts) {
    if (Bytes.length(event) < Long.BYTES) {
      return PAGE_RECORD;
    }
    int flags = (int) Bytes.u64(event, 0) & (facts.pageSize - 1);
    return switch (flags & ~RamFlags.CONTINUE) {
      case RamFlags.MEM_SIZE -> flags == RamFlags.MEM_SIZE ? BLOCK_LIST : RAM_FLAGS;
      case RamFlags.ZERO, RamFlags.PAGE, RamFlags.XBZRLE, RamFlags.COMPRESS_PAGE ->
          (flags & RamFlags.CONTINUE) != 0 && !facts.blockNamed ? CONTINUE : PAGE_RECORD;
      default -> RAM_FLAGS;
    };
  }
}
