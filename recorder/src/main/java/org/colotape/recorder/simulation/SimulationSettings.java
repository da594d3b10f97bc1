package org.colotape.recorder.simulation;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.colotape.recorder.simulation.guest.GuestBlock;
import org.colotape.recorder.simulation.guest.GuestPage;
import org.colotape.recorder.simulation.guest.WritePattern;
import org.colotape.schema.ColotapeException;
import org.jspecify.annotations.Nullable;

/**
 * What is to be simulated. All of it, and nothing else, decides every byte.
 *
 * @param blocks the RAM blocks
 * @param usedPages pages that are not zero when the migration begins
 * @param checkpoints number of checkpoints in COLO state
 * @param pattern where the guests write to
 * @param dirtyPages writes of the PVM's guest between two checkpoints
 * @param lateWrites pages that the SVM's guest writes between each flush and its observation
 * @param seed decides all that is left to chance
 * @param features how pages are sent
 * @param bug what the pair does wrong, or null
 * @param bugFrom the first checkpoint at which it may
 * @param failover when the connection is lost, or null
 * @param protocol how the sides agree on COLO, and what the return path carries
 */
public record SimulationSettings(
    List<GuestBlock> blocks,
    int usedPages,
    int checkpoints,
    WritePattern pattern,
    int dirtyPages,
    int lateWrites,
    long seed,
    Set<Feature> features,
    @Nullable Bug bug,
    int bugFrom,
    @Nullable ConnectionLoss failover,
    Protocol protocol) {
  /** How pages are sent. */
  public enum Feature {
    /** Differences to what was sent before. */
    XBZRLE,
    /** Deflated, as QEMU 2.4 to 9.0 could. */
    COMPRESS,
    /** Over channels of their own, as the patches for multifd with COLO do. */
    MULTIFD,
    /** As {@link #MULTIFD}, each channel being one zlib stream. */
    MULTIFD_ZLIB,
    /** As {@link #MULTIFD}, each channel being one zstd stream. */
    MULTIFD_ZSTD,
    /** A page that one byte fills as that byte, as old senders did. */
    FILL
  }

  /**
   * How the sides agree on COLO (QEMU migration/savevm.c and migration/colo.c of 10.0 and 11.1; the
   * captures of both).
   */
  public enum Protocol {
    /** The primary says ENABLE_COLO, and the return path carries COLO messages alone: to 10.0. */
    ENABLE_COLO,
    /**
     * Nobody says so: each side knows for itself. The primary opens a return path, which carries
     * frames up to SHUT, and COLO messages from there on: since 11.1.
     */
    RETURN_PATH;

    /** Its name as users write it, like enable-colo. */
    public String title() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Ways that use channels of their own: one of them, and nothing besides. */
  private static final Set<Feature> BY_MULTIFD =
      Set.of(Feature.MULTIFD, Feature.MULTIFD_ZLIB, Feature.MULTIFD_ZSTD);

  /** Ways that QEMU has given up before it has changed the protocol. */
  private static final Set<Feature> GIVEN_UP = Set.of(Feature.COMPRESS, Feature.FILL);

  private static final List<String> FIRMWARE_NAMES =
      List.of(
          "pc.ram",
          "/rom@etc/acpi/tables",
          "/rom@etc/table-loader",
          "/rom@etc/acpi/rsdp",
          "pc.bios",
          "vga.vram");

  private static final List<String> NAMES =
      List.of("pc.ram", "vga.vram", "pc.bios", "pc.rom", "virtio-net-pci.rom", "sga.ram");

  /** Pages that a bug may need in each block. */
  private static final int FEWEST_PAGES = 32;

  /** Keeps what it is given. */
  public SimulationSettings {
    blocks = List.copyOf(blocks);
    features = Set.copyOf(features);
  }

  /** Settings for {@link Protocol#ENABLE_COLO}. */
  public SimulationSettings(
      List<GuestBlock> blocks,
      int usedPages,
      int checkpoints,
      WritePattern pattern,
      int dirtyPages,
      int lateWrites,
      long seed,
      Set<Feature> features,
      @Nullable Bug bug,
      int bugFrom,
      @Nullable ConnectionLoss failover) {
    this(
        blocks,
        usedPages,
        checkpoints,
        pattern,
        dirtyPages,
        lateWrites,
        seed,
        features,
        bug,
        bugFrom,
        failover,
        Protocol.ENABLE_COLO);
  }

  /** Settings that begin with a healthy pair of small guests. */
  public static Builder builder() {
    return new Builder();
  }

  /** The machine type that the stream names. */
  String machine() {
    return isFramed() ? "pc-i440fx-11.1" : byMultifd() ? "pc-i440fx-10.0" : "pc-i440fx-7.2";
  }

  /** True if the return path begins with frames. */
  boolean isFramed() {
    return protocol == Protocol.RETURN_PATH;
  }

  /** True if pages go over channels of their own. */
  boolean byMultifd() {
    return features.stream().anyMatch(BY_MULTIFD::contains);
  }

  /** Chooses settings one by one. */
  public static final class Builder {
    private long ram = 8L << 20;
    private int blocks = 2;
    private int used = 512;
    private int checkpoints = 5;
    private WritePattern pattern = WritePattern.UNIFORM;
    private int dirty = 100;
    private int late;
    private long seed = 1;
    private final Set<Feature> features = EnumSet.noneOf(Feature.class);
    private @Nullable Bug bug;
    private int bugFrom;
    private @Nullable ConnectionLoss failover;
    private @Nullable Protocol protocol;

    private Builder() {}

    /** Bytes of all RAM blocks together. */
    public Builder ram(long bytes) {
      ram = bytes;
      return this;
    }

    /** Number of RAM blocks: the first has most of the RAM. */
    public Builder blocks(int count) {
      blocks = count;
      return this;
    }

    /** Pages that are not zero when the migration begins, if there are so many. */
    public Builder usedPages(int pages) {
      used = pages;
      return this;
    }

    /** Number of checkpoints in COLO state. */
    public Builder checkpoints(int count) {
      checkpoints = count;
      return this;
    }

    /** Where the guests write to. */
    public Builder pattern(WritePattern writes) {
      pattern = writes;
      return this;
    }

    /** Writes of the PVM's guest between two checkpoints. */
    public Builder dirtyPages(int writes) {
      dirty = writes;
      return this;
    }

    /** Pages that the SVM's guest writes between each flush and its observation. */
    public Builder lateWrites(int pages) {
      late = pages;
      return this;
    }

    /** Decides all that is left to chance. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** Sends pages in another way. */
    public Builder feature(Feature feature) {
      features.add(feature);
      return this;
    }

    /** What the pair does wrong. */
    public Builder bug(@Nullable Bug wrong) {
      bug = wrong;
      return this;
    }

    /** The first checkpoint at which it does it; 0 leaves that to the seed. */
    public Builder bugFrom(int checkpoint) {
      bugFrom = checkpoint;
      return this;
    }

    /** When the connection is lost. */
    public Builder failover(@Nullable ConnectionLoss lost) {
      failover = lost;
      return this;
    }

    /** How the sides agree on COLO; null leaves it to the bug, and is else the older one. */
    public Builder protocol(@Nullable Protocol spoken) {
      protocol = spoken;
      return this;
    }

    /**
     * The settings.
     *
     * @throws ColotapeException if they do not fit together
     */
    public SimulationSettings build() {
      demand(blocks >= 1 && blocks <= NAMES.size(), "blocks", "give 1 to " + NAMES.size());
      long pages = ram / GuestPage.BYTES;
      demand(
          ram % GuestPage.BYTES == 0 && pages >= (long) blocks * 2 * FEWEST_PAGES,
          "RAM of " + ram + " bytes",
          "give whole pages of 4096 bytes, at least 64 for each block");
      demand(checkpoints >= 0, "number of checkpoints", "give 0 or more");
      demand(
          dirty >= 0 && used >= 0 && late >= 0 && bugFrom >= 0,
          "number of pages",
          "give 0 or more");
      Set<Feature> all = EnumSet.noneOf(Feature.class);
      all.addAll(features);
      Bug wrong = bug;
      int from = 0;
      ConnectionLoss lost = failover;
      if (wrong != null) {
        all.addAll(missing(wrong, all));
        demand(
            blocks >= wrong.blocks(),
            blocks + " RAM blocks with " + wrong.title(),
            "it needs " + wrong.blocks());
        demand(checkpoints >= 1, "no checkpoint with " + wrong.title(), "give one or more");
        from = from(wrong);
        lost = lost == null ? wrong.failover(from) : lost;
      }
      demand(
          all.size() <= 1 || all.stream().noneMatch(BY_MULTIFD::contains),
          "multifd with other ways to send pages",
          "leave one out");
      Protocol spoken = spoken(wrong);
      demand(
          spoken == Protocol.ENABLE_COLO || all.stream().noneMatch(GIVEN_UP::contains),
          "way to send pages in protocol " + spoken.title(),
          "QEMU gave it up before: leave out compress and fill");
      demand(
          lost == null || lost.checkpoint() <= checkpoints,
          "failover at a checkpoint that does not come",
          "give more checkpoints");
      return new SimulationSettings(
          shape(pages, spoken == Protocol.RETURN_PATH ? FIRMWARE_NAMES : NAMES),
          (int) Math.min(used, pages),
          checkpoints,
          pattern,
          dirty,
          late,
          seed,
          all,
          wrong,
          from,
          lost,
          spoken);
    }

    /** What a bug needs to show and these do not have: any way of multifd serves for another. */
    private static Set<Feature> missing(Bug wrong, Set<Feature> given) {
      boolean served =
          BY_MULTIFD.containsAll(wrong.features()) && given.stream().anyMatch(BY_MULTIFD::contains);
      return served ? Set.of() : wrong.features();
    }

    private Protocol spoken(@Nullable Bug wrong) {
      Set<Protocol> possible = wrong == null ? EnumSet.allOf(Protocol.class) : wrong.protocols();
      Protocol first = possible.iterator().next();
      Protocol spoken = protocol == null ? first : protocol;
      demand(
          possible.contains(spoken),
          (wrong == null ? "pair" : wrong.title()) + " with protocol " + spoken.title(),
          "it needs " + first.title());
      return spoken;
    }

    private int from(Bug wrong) {
      if (bugFrom > 0 || wrong.fromStart()) {
        return Math.max(1, bugFrom);
      }
      return 1 + Math.floorMod(seed, Math.max(1, checkpoints - 1));
    }

    /** The further blocks have a sixteenth of the RAM each, or as much as they need. */
    private List<GuestBlock> shape(long pages, List<String> names) {
      List<GuestBlock> shape = new ArrayList<>();
      int further = (int) Math.max(FEWEST_PAGES, Math.min(pages / 16, 1 << 12));
      shape.add(
          new GuestBlock(names.getFirst(), Math.toIntExact(pages - (long) further * (blocks - 1))));
      for (int i = 1; i < blocks; i++) {
        shape.add(new GuestBlock(names.get(i), further));
      }
      return shape;
    }

    private static void demand(boolean right, String what, String remedy) {
      if (!right) {
        throw new ColotapeException("can't simulate this " + what, "", remedy);
      }
    }
  }
}
