package org.colotape.recorder.stream;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.colotape.schema.event.Configuration;
import org.colotape.schema.event.RamBlock;
import org.colotape.schema.event.SectionType;
import org.colotape.schema.wire.StreamFormat;
import org.jspecify.annotations.Nullable;

/**
 * What a migration stream has said so far that decides how the bytes behind it are read. It
 * outlives a checkpoint: section table and current block go on from one to the next (QEMU
 * migration/colo.c keeps the same QEMUFile). Whatever the stream says, its size is bounded.
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

  /** A part of the stream whose length was said before it. */
  enum Region {
    NONE,
    /** What a PACKAGED command brings. */
    PACKAGE,
    /** What a VMSTATE_SIZE brings. */
    BLOB
  }

  private final Window window;
  private final PageSize shared;
  private final Map<Long, SectionHead> sections = new HashMap<>();
  private @Nullable SectionHead ramSection;

  /** Length of each device section's state as found in the stream. */
  private final Map<SectionHead, Long> stateLengths = new HashMap<>();

  private Region region = Region.NONE;

  /** Used length in bytes of each RAM block, by name. */
  private final Map<String, Long> blocks = new HashMap<>();

  private long largestBlock;

  private final Capabilities capabilities;

  /** What the block list may state of huge pages. */
  final HugePages hugePages = new HugePages();

  Footers footers = Footers.UNKNOWN;
  int pageSize = StreamFormat.DEFAULT_PAGE_SIZE;
  private boolean pageSizeStated;

  /** True from the command ENABLE_COLO on. */
  boolean coloEnabled;

  /** True from the EOF byte of the initial migration on. */
  boolean migrated;

  /** The section that is being read, or null. */
  @Nullable SectionHead section;

  /** The block that CONTINUE means; empty if that is not known. */
  String currentBlock = "";

  /** True if bytes were skipped since {@link #currentBlock} was named. */
  boolean currentBlockInferred;

  /**
   * @param window fenced in to the region that is open
   * @param capabilities of the sender as far as the stream does not state them
   * @param shared is told the page size
   */
  StreamState(Window window, Set<String> capabilities, PageSize shared) {
    this.window = window;
    this.capabilities = new Capabilities(capabilities);
    this.shared = shared;
  }

  /** Takes what the configuration states. */
  void configure(Configuration configuration) throws Unparseable {
    capabilities.state(configuration.getCapabilities());
    if (configuration.getTargetPageBits() != -1) {
      statePageSize(1L << configuration.getTargetPageBits());
    } else if (!pageSizeStated) {
      usePageSize(TargetPages.ofMachine(configuration.getMachine()));
    }
  }

  /** Whether the sender had this capability, as far as stream or user say. */
  boolean has(String capability) {
    return capabilities.has(capability);
  }

  /** Whether the pages of a target may have this many bytes. */
  static boolean isPageSize(long bytes) {
    return Long.bitCount(bytes) == 1
        && bytes >= 1 << Limits.MIN_PAGE_BITS
        && bytes <= 1 << Limits.MAX_PAGE_BITS;
  }

  /**
   * Takes the page size that the stream states.
   *
   * @throws Unparseable if none can have it, or it stated another one before
   */
  void statePageSize(long bytes) throws Unparseable {
    if (!isPageSize(bytes)) {
      throw new Unparseable("a page size of " + Long.toUnsignedString(bytes) + " bytes");
    }
    if (pageSizeStated && bytes != pageSize) {
      throw new Unparseable("a page size of " + bytes + " bytes, but before of " + pageSize);
    }
    usePageSize((int) bytes);
    pageSizeStated = true;
  }

  private void usePageSize(int bytes) {
    pageSize = bytes;
    shared.set(bytes);
  }

  /** Size of the pages, as all channels know it. */
  PageSize shared() {
    return shared;
  }

  /**
   * Takes over what another connection of the same migration has said, but for what only a block
   * list needs. The current block is not part of it: the sender names it again (QEMU
   * migration/ram.c, ram_state_resume_prepare).
   */
  void goOnFrom(StreamState before) {
    sections.putAll(before.sections);
    ramSection = before.ramSection;
    blocks.putAll(before.blocks);
    largestBlock = before.largestBlock;
    footers = before.footers;
    pageSize = before.pageSize;
    pageSizeStated = before.pageSizeStated;
  }

  /** Adds a section to the table, in place of one with the same id. */
  void introduce(SectionHead head) throws Unparseable {
    if (sections.size() == Limits.MAX_SECTIONS && !sections.containsKey(head.id())) {
      throw new Unparseable("more than " + Limits.MAX_SECTIONS + " sections");
    }
    sections.put(head.id(), head);
    if (head.isRam()) {
      ramSection = head;
    }
  }

  /** Adds the RAM section if it is none of the table, because its head was lost. */
  void introduceLost(SectionHead ram) {
    if (ramSection == null) {
      ramSection = ram;
      sections.put(ram.id(), ram);
    }
  }

  /** The section with this id that can go on, or null: a FULL section is whole. */
  @Nullable SectionHead sectionInParts(long id) {
    SectionHead head = sections.get(id);
    return head == null || head.type() == SectionType.FULL ? null : head;
  }

  /** The section with this id, or null if none was introduced. */
  @Nullable SectionHead section(long id) {
    return sections.get(id);
  }

  /** Whether a page at this offset may be one of the block; of any where no list was read. */
  boolean mayHold(String block, long offset) {
    Long used = blocks.get(block);
    return blocks.isEmpty() ? offset < Limits.MAX_REGION_BYTES : used != null && offset < used;
  }

  /** Whether a page at this offset may be one of some block. */
  boolean mayHold(long offset) {
    return offset >= 0 && offset < (blocks.isEmpty() ? Limits.MAX_REGION_BYTES : largestBlock);
  }

  /** The section that holds page records, or null if none was introduced. */
  @Nullable SectionHead ramSection() {
    return ramSection;
  }

  /** Adds RAM blocks, in place of those with the same names. */
  void introduce(List<RamBlock> list) throws Unparseable {
    if (blocks.size() + list.size() > Limits.MAX_BLOCKS) {
      throw new Unparseable("more than " + Limits.MAX_BLOCKS + " RAM blocks");
    }
    for (RamBlock block : list) {
      blocks.put(block.getName(), block.getUsedLength());
      largestBlock = Math.max(largestBlock, block.getUsedLength());
    }
  }

  /** Says how long a device's state was found to be, in bytes. */
  void found(SectionHead head, long length) {
    if (stateLengths.size() < Limits.MAX_SECTIONS) {
      stateLengths.put(head, length);
    }
  }

  /** Lengths of the state of all device sections since the last call. */
  Map<SectionHead, Long> takeStateLengths() {
    Map<SectionHead, Long> taken = Map.copyOf(stateLengths);
    stateLengths.clear();
    return taken;
  }

  /** Opens a region that reaches to before {@code end}. */
  void openRegion(Region kind, long end) {
    region = kind;
    window.fence(end);
    if (kind == Region.BLOB) {
      stateLengths.clear();
    }
  }

  void closeRegion() {
    region = Region.NONE;
    window.fence(Window.NO_FENCE);
  }

  boolean inRegion() {
    return region != Region.NONE;
  }

  boolean inBlob() {
    return region == Region.BLOB;
  }

  /** Where we are, for messages. */
  String path() {
    SectionHead current = section;
    String inner = current == null ? "between sections" : current.path();
    return switch (region) {
      case NONE -> inner;
      case PACKAGE -> "package, " + inner;
      case BLOB -> "vmstate blob, " + inner;
    };
  }
}
