package org.colotape.analyzer.conformance;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.colotape.schema.event.Configuration;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;

/** What leads a stream: header, machine and capabilities. */
final class HeaderCheck implements Check {
  /** The configuration may be switched off (send-configuration, machine types before 2.3). */
  static final Rule CONFIGURATION_MISSING =
      Rule.info(
          "configuration-missing",
          "A configuration stands behind the header.",
          "migration/savevm.c, qemu_savevm_state_header");

  static final Rule MACHINE =
      Rule.error(
          "machine-name",
          "The machine type is named, with letters, digits, '-', '.' and '_'.",
          "migration/savevm.c, configuration_pre_save");

  /** QEMU refuses a subsection of a version that it does not know. */
  static final Rule SUBSECTION =
      Rule.error(
          "configuration-version",
          "Subsections of the configuration have version 1.",
          "migration/savevm.c, vmstate_configuration");

  /** The receiver refuses names that it does not know; a later QEMU may know more than we do. */
  static final Rule CAPABILITY =
      Rule.warning(
          "capability-unknown",
          "Capabilities have names that QEMU knows.",
          "migration/savevm.c, get_capability; qapi/migration.json, MigrationCapability");

  static final Rule CAPABILITY_TWICE =
      Rule.error(
          "capability-twice",
          "No capability is stated twice.",
          "migration/savevm.c, configuration_pre_save");

  /** Only targets whose page size varies state it, so x86 does not. */
  static final Rule PAGE_BITS =
      Rule.error(
          "page-bits",
          "Page bits are stated where the target's page size varies, which x86's does not.",
          "migration/savevm.c, vmstate_target_page_bits_needed");

  static final List<Rule> RULES =
      List.of(CONFIGURATION_MISSING, MACHINE, SUBSECTION, CAPABILITY, CAPABILITY_TWICE, PAGE_BITS);

  private static final Pattern MACHINE_NAME = Pattern.compile("[A-Za-z0-9._-]+");
  private static final Pattern X86 = Pattern.compile("(pc|pc-i440fx-.*|pc-q35-.*|q35|microvm)");
  private static final int X86_PAGE_BITS = 12;
  private static final int MACHINE_AT = 1 + Integer.BYTES;

  private static final Set<String> CAPABILITIES =
      Set.of(
          "xbzrle",
          "rdma-pin-all",
          "auto-converge",
          "zero-blocks",
          "compress",
          "events",
          "postcopy-ram",
          "x-colo",
          "release-ram",
          "block",
          "return-path",
          "pause-before-switchover",
          "multifd",
          "dirty-bitmaps",
          "postcopy-blocktime",
          "late-block-activate",
          "x-ignore-shared",
          "validate-uuid",
          "background-snapshot",
          "zero-copy-send",
          "postcopy-preempt",
          "switchover-ack",
          "dirty-limit",
          "mapped-ram");

  private boolean header;

  @Override
  public void see(Event event, Findings findings) {
    if (!Facts.isMain(event)) {
      return;
    }
    if (header && event.getKind() != Kind.CONFIGURATION) {
      findings.add(
          CONFIGURATION_MISSING, event, "no configuration behind the header: machine type unknown");
    }
    header = event.getKind() == Kind.STREAM_HEADER;
    if (event.getKind() == Kind.CONFIGURATION) {
      configuration(event, event.getConfiguration(), findings);
    }
  }

  private static void configuration(Event event, Configuration stated, Findings findings) {
    String machine = stated.getMachine();
    if (!MACHINE_NAME.matcher(machine).matches()) {
      findings.add(MACHINE, event, MACHINE_AT, "machine type '" + machine + "'");
    }
    Set<String> seen = new HashSet<>();
    for (String capability : stated.getCapabilities()) {
      if (!CAPABILITIES.contains(capability)) {
        findings.add(CAPABILITY, event, "capability '" + capability + "'");
      }
      if (!seen.add(capability)) {
        findings.add(CAPABILITY_TWICE, event, "capability '" + capability + "' again");
      }
    }
    int bits = stated.getTargetPageBits();
    if (bits >= 0 && bits != X86_PAGE_BITS && X86.matcher(machine).matches()) {
      findings.add(PAGE_BITS, event, bits + " page bits of machine type " + machine);
    }
    subsections(event, MACHINE_AT + machine.length(), findings);
  }

  /** Type, u8 length and name, be32 version, and contents that the name decides. */
  private static void subsections(Event event, int from, Findings findings) {
    int end = Bytes.length(event);
    int at = from;
    while (at + 2 <= end) {
      int name = Bytes.u8(event, at + 1);
      int version = at + 2 + name;
      int contents = version + Integer.BYTES;
      if (contents > end) {
        return;
      }
      if (Bytes.u32(event, version) != 1) {
        findings.add(
            SUBSECTION,
            event,
            version,
            Bytes.text(event, at + 2, name) + " of version " + Bytes.u32(event, version));
      }
      at = contents + length(event, Bytes.text(event, at + 2, name), contents, end);
    }
  }

  private static int length(Event event, String name, int at, int end) {
    if (name.endsWith("page-bits")) {
      return Integer.BYTES;
    }
    if (!name.endsWith("capabilities") || at + Integer.BYTES > end) {
      return 2 * Long.BYTES;
    }
    int next = at + Integer.BYTES;
    for (long i = Bytes.u32(event, at); i > 0 && next < end; i--) {
      next += 1 + Bytes.u8(event, next);
    }
    return next - at;
  }
}
