package org.colotape.recorder.simulation;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
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
    @Nullable ConnectionLoss failover) {
  /** How pages are sent. */
  public enum Feature {
    /** Differences to what was sent before. */
    XBZRLE,
    /** Deflated, as QEMU 2.4 to 9.0 could. */
    COMPRESS,
    /** Over channels of their own, as the patches for multifd with COLO do. */
    MULTIFD,
    /** A page that one byte fills as that byte, as old senders did. */
    FILL
  }

  private static final List<String> NAMES =
      List.of("pc.ram", "vga.vram", "pc.bios", "pc.rom", "virtio-net-pci.rom", "sga.ram");

  /** Pages that a bug may need in each block. */
  private static final int FEWEST_PAGES = 32;

  /** Keeps what it is given. */
  public SimulationSettings {
    blocks = List.copyOf(blocks);
    features = Set.copyOf(features);
  }

  /** Settings that begin with a healthy pair of small guests. */
  public static Builder builder() {
    return new Builder();
  }

  /** The machine type that the stream names. */
  String machine() {
    return features.contains(Feature.MULTIFD) ? "pc-i440fx-10.0" : "pc-i440fx-7.2";
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
        all.addAll(wrong.features());
        demand(
            blocks >= wrong.blocks(),
            blocks + " RAM blocks with " + wrong.title(),
            "it needs " + wrong.blocks());
        demand(checkpoints >= 1, "no checkpoint with " + wrong.title(), "give one or more");
        from = from(wrong);
        lost = lost == null ? wrong.failover(from) : lost;
      }
      demand(
          !all.contains(Feature.MULTIFD) || all.size() == 1,
          "multifd with other ways to send pages",
          "leave one out");
      demand(
          lost == null || lost.checkpoint() <= checkpoints,
          "failover at a checkpoint that does not come",
          "give more checkpoints");
      return new SimulationSettings(
          shape(pages),
          (int) Math.min(used, pages),
          checkpoints,
          pattern,
          dirty,
          late,
          seed,
          all,
          wrong,
          from,
          lost);
    }

    private int from(Bug wrong) {
      if (bugFrom > 0 || wrong.fromStart()) {
        return Math.max(1, bugFrom);
      }
      return 1 + Math.floorMod(seed, Math.max(1, checkpoints - 1));
    }

    /** The further blocks have a sixteenth of the RAM each, or as much as they need. */
    private List<GuestBlock> shape(long pages) {
      List<GuestBlock> shape = new ArrayList<>();
      int further = (int) Math.max(FEWEST_PAGES, Math.min(pages / 16, 1 << 12));
      shape.add(
          new GuestBlock(NAMES.getFirst(), Math.toIntExact(pages - (long) further * (blocks - 1))));
      for (int i = 1; i < blocks; i++) {
        shape.add(new GuestBlock(NAMES.get(i), further));
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
