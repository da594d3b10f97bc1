package org.colotape.recorder.stream;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a migration stream has said so far that decides how the bytes behind it are read. It
 * outlives a checkpoint: section table and current block go on from one to the next (QEMU
 * migration/colo.c keeps the same QEMUFile).
 */
final class StreamState {
  /**
   * Whether sections have footers; a property of the machine (QEMU migration/savevm.c,
   * send_section_footer).
   */
  enum Footers {
    UNKNOWN,
    ON,
    OFF
  }

  /** No region is open. */
  static final long NO_REGION = Long.MAX_VALUE;

  /** Sections by id. */
  final Map<Long, SectionHead> sections = new HashMap<>();

  /** Used length in bytes of each RAM block, by name, in the order of the list. */
  final Map<String, Long> blocks = new LinkedHashMap<>();

  /** Largest used length of a RAM block, in bytes. */
  long largestBlock;

  /** Capabilities that the configuration states. */
  final Set<String> capabilities = new HashSet<>();

  /** Length of each device section's state as found in the stream, by {@link #sectionKey}. */
  final Map<String, Long> stateLengths = new HashMap<>();

  Footers footers = Footers.UNKNOWN;
  int pageSize = Wire.DEFAULT_PAGE_SIZE;

  /** True from the command ENABLE_COLO on. */
  boolean coloEnabled;

  /** True from the EOF byte of the initial migration on. */
  boolean migrated;

  /**
   * Stream offset where the VMSTATE blob or the package that is being read ends, or {@link
   * #NO_REGION}.
   */
  long regionEnd = NO_REGION;

  /** True if the open region is a VMSTATE blob, false if it is a package. */
  boolean inBlob;

  /** The section that is being read, or null. */
  @Nullable SectionHead section;

  /** The block that CONTINUE means, or null if none was named yet. */
  @Nullable String currentBlock;

  /** True if bytes were skipped since {@link #currentBlock} was named. */
  boolean currentBlockInferred;

  /**
   * The key of a device section in {@link #stateLengths}: the VM description names devices by both.
   */
  static String sectionKey(String name, long instance) {
    return name + "/" + instance;
  }

  boolean inRegion() {
    return regionEnd != NO_REGION;
  }

  void closeRegion() {
    regionEnd = NO_REGION;
    inBlob = false;
  }

  /** The section that holds page records, or null if none was introduced. */
  @Nullable SectionHead ramSection() {
    for (SectionHead head : sections.values()) {
      if (head.isRam()) {
        return head;
      }
    }
    return null;
  }

  /** Where we are, for messages. */
  String path() {
    SectionHead current = section;
    String inner = current == null ? "between sections" : current.path();
    if (!inRegion()) {
      return inner;
    }
    return (inBlob ? "vmstate blob, " : "package, ") + inner;
  }
}
