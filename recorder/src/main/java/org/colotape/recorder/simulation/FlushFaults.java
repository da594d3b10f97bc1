package org.colotape.recorder.simulation;

import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.colotape.recorder.simulation.guest.GuestBlock;
import org.colotape.recorder.simulation.guest.GuestMemory;
import org.colotape.recorder.simulation.guest.GuestPage;
import org.colotape.schema.event.Memory;
import org.jspecify.annotations.Nullable;

/** What can go wrong with the flush of the COLO cache, and the record of what it should flush. */
final class FlushFaults {
  private FlushFaults() {}

  /** Nothing is ever flushed. */
  static final class Never extends Behaviour {
    @Override
    void chooseForFlush(SortedSet<GuestPage> due) {
      due.forEach(damage()::suspect);
      due.clear();
    }
  }

  /** Received pages are not recorded, so nothing is flushed. */
  static final class NoRecord extends Behaviour {
    @Override
    boolean recordsReceived(GuestPage page) {
      damage().suspect(page);
      return false;
    }

    @Override
    void chooseForFlush(SortedSet<GuestPage> due) {
      due.forEach(damage()::suspect);
      due.clear();
    }
  }

  /**
   * The record of all blocks is one. The search for the next page of a block goes one beyond its
   * end, and clears what it finds there before it looks where that is: the first page of the next.
   */
  static final class ClearedBeforeCheck extends Behaviour {
    @Override
    void chooseForFlush(SortedSet<GuestPage> due) {
      for (int block = 1; isDue() && block < pair().blocks().size(); block++) {
        GuestPage first = new GuestPage(block, 0);
        if (due.remove(first)) {
          damage().suspect(first);
        }
      }
    }
  }

  /** The record begins with all pages in it: the first flush copies everything. */
  static final class AllRecordedAtFirst extends Behaviour {
    private boolean begun;

    @Override
    void chooseForFlush(SortedSet<GuestPage> due) {
      if (!begun) {
        begun = true;
        addAll(pair().blocks(), due);
      }
    }
  }

  /** Pages of the initial migration are recorded, too: the first flush copies everything. */
  static final class InitialRecorded extends Behaviour {
    @Override
    boolean recordsInitially() {
      return true;
    }
  }

  /** Nobody asks the record: each flush copies everything. */
  static final class Everything extends Behaviour {
    @Override
    void chooseForFlush(SortedSet<GuestPage> due) {
      if (isDue()) {
        addAll(pair().blocks(), due);
      }
    }
  }

  /** What the SVM's guest writes is not logged, and survives the checkpoint. */
  static final class OwnWritesNotLogged extends Behaviour {
    @Override
    boolean logsSecondaryWrite(GuestPage page) {
      // what is written now belongs to the checkpoint to come
      boolean lost = pair().checkpoint() + 1 >= scene().from();
      if (lost) {
        damage().suspect(page);
      }
      return !lost;
    }
  }

  /** A page's bit is lost in a race. */
  static final class LostBit extends Behaviour {
    @Override
    boolean recordsReceived(GuestPage page) {
      boolean lost = strikes();
      if (lost) {
        damage().suspect(page);
      }
      return !lost;
    }
  }

  /** Two threads write the same word of the record at once, and one of their bits is lost. */
  static final class LostNeighbour extends Behaviour {
    private @Nullable GuestPage before;

    @Override
    boolean recordsReceived(GuestPage page) {
      GuestPage other = before;
      boolean lost =
          other != null
              && other.block() == page.block()
              && other.index() / Long.SIZE == page.index() / Long.SIZE
              && strikes();
      before = page;
      if (lost) {
        damage().suspect(page);
      }
      return !lost;
    }
  }

  /** A page that is due is left out. */
  static final class LeftOut extends Behaviour {
    @Override
    void chooseForFlush(SortedSet<GuestPage> due) {
      Secondary secondary = pair().secondary();
      for (GuestPage page : List.copyOf(due)) {
        if (!secondary.ram().agrees(page, secondary.cache()) && strikes()) {
          due.remove(page);
          damage().suspect(page);
        }
      }
    }
  }

  /** Runs of pages are flushed at once, and are one page too short. */
  static final class ShortRuns extends Behaviour {
    @Override
    void chooseForFlush(SortedSet<GuestPage> due) {
      for (GuestPage page : isDue() ? List.copyOf(due) : List.<GuestPage>of()) {
        boolean first =
            page.index() == 0 || !due.contains(new GuestPage(page.block(), page.index() - 1));
        GuestPage last = page;
        while (first && due.contains(last.next())) {
          last = last.next();
        }
        if (!last.equals(page)) {
          due.remove(last);
          damage().suspect(last);
        }
      }
    }
  }

  /** The flush comes before the device state. */
  static final class BeforeState extends Behaviour {
    @Override
    boolean flushesBeforeState() {
      return isDue();
    }
  }

  /** Half of the device state gets loaded, and with it a page that the devices keep in RAM. */
  static final class HalfState extends Behaviour {
    @Override
    void failedOver() {
      Secondary secondary = pair().secondary();
      pair().sent().stream()
          .filter(page -> !secondary.ram().agrees(page, secondary.cache()))
          .findFirst()
          .ifPresent(page -> {
            secondary.ram().copy(page, secondary.cache());
            damage().wrong(page, Memory.SVM);
          });
    }
  }

  /**
   * Pages of SVM RAM are discarded while COLO needs them: they read as zeros, and nobody logs it.
   */
  static final class Discarded extends Behaviour {
    private static final int PAGES = 3;

    @Override
    void secondaryStopped() {
      GuestMemory ram = pair().secondary().ram();
      SortedSet<GuestPage> discarded = new TreeSet<>();
      for (int i = 0; isDue() && i < pair().blocks().getFirst().pages(); i++) {
        GuestPage page = new GuestPage(0, i);
        if (discarded.size() < PAGES
            && !ram.isZero(page)
            && !pair().primary().touched().contains(page)
            && !pair().secondary().touched().contains(page)) {
          discarded.add(page);
        }
      }
      discarded.forEach(ram::zero);
      discarded.forEach(damage()::suspect);
    }
  }

  /**
   * The reset loads firmware's files into their blocks again, as they were before the guest put
   * addresses into them, and nobody logs it (QEMU hw/core/loader.c, rom_reset).
   */
  static final class FirmwareReset extends Behaviour {
    private static final String FIRMWARE = "/rom@";
    private static final int PAGES = 3;
    private static final int ADDRESSES = 34;

    /** The pages as they were before. */
    private final SortedMap<GuestPage, byte[]> files = new TreeMap<>();

    @Override
    void secondaryReset() {
      if (isDue()) {
        for (int block = 0; block < pair().blocks().size(); block++) {
          if (pair().blocks().get(block).name().startsWith(FIRMWARE)) {
            throwBack(block);
          }
        }
      }
    }

    private void throwBack(int block) {
      for (int i = 0; i < PAGES; i++) {
        GuestPage page = new GuestPage(block, i);
        byte[] file = files.computeIfAbsent(page, this::file);
        pair().secondary().ram().write(page, 0, file);
        damage().suspect(page);
      }
    }

    private byte[] file(GuestPage page) {
      byte[] bytes = pair().primary().said().bytes(page);
      for (int i = 0; i < ADDRESSES; i++) {
        bytes[scene().random().nextInt(bytes.length)] ^= (byte) (1 + i);
      }
      return bytes;
    }
  }

  /** The SVM's guest writes between the flush and the observation. */
  static final class WrittenAfterwards extends Behaviour {
    private static final int PAGES = 2;

    @Override
    void flushed() {
      if (isDue()) {
        for (GuestPage page : pair().sent().stream().limit(PAGES).toList()) {
          pair().guests().secondaryWrites(page);
          damage().suspect(page);
        }
      }
    }
  }

  private static void addAll(List<GuestBlock> blocks, SortedSet<GuestPage> due) {
    for (int block = 0; block < blocks.size(); block++) {
      for (int i = 0; i < blocks.get(block).pages(); i++) {
        due.add(new GuestPage(block, i));
      }
    }
  }
}
