package org.colotape.recorder.simulation;

import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.colotape.recorder.simulation.SentPage.Encoding;
import org.colotape.recorder.simulation.guest.GuestPage;
import org.colotape.schema.event.Memory;

/** What a primary can do wrong to pages. */
final class PrimaryFaults {
  private PrimaryFaults() {}

  /** A page with contents is left out of the initial migration. */
  static final class NeverSent extends Behaviour {
    @Override
    boolean sendsInitially(GuestPage page) {
      boolean left = !pair().primary().ram().isZero(page) && mayStrike();
      if (left) {
        damage().suspect(page);
      }
      return !left;
    }
  }

  /** A page is sent again as it was sent before, although it has changed. */
  static final class StalePage extends Behaviour {
    @Override
    byte[] reads(GuestPage page, byte[] contents) {
      byte[] before = pair().primary().said().bytes(page);
      if (Arrays.equals(before, contents) || !strikes()) {
        return contents;
      }
      damage().suspect(page);
      return before;
    }
  }

  /** The guest writes while its page is read: the end is as it was before. */
  static final class TornPage extends Behaviour {
    @Override
    byte[] reads(GuestPage page, byte[] contents) {
      byte[] before = pair().primary().said().bytes(page);
      int first = Arrays.mismatch(before, contents);
      int last = contents.length - 1;
      while (last > first && before[last] == contents[last]) {
        last--;
      }
      if (first < 0 || first == last || !strikes()) {
        return contents;
      }
      int torn = (first + last + 1) / 2;
      damage().suspect(page);
      byte[] mixed = contents.clone();
      System.arraycopy(before, torn, mixed, torn, mixed.length - torn);
      return mixed;
    }
  }

  /** The dirty log misses a write, as TCG's does for a page that is written while it is read. */
  static final class LostDirtyBit extends Behaviour {
    @Override
    boolean logsPrimaryWrite(GuestPage page) {
      // the log that is taken at a checkpoint is that of the time before it
      boolean missed =
          pair().checkpoint() + 1 >= scene().from() && pair().isInColo() && mayStrike();
      if (missed) {
        damage().suspect(page);
      }
      return !missed;
    }
  }

  /**
   * Nothing is logged between the initial migration and checkpoint 1, as under TCG when the last
   * look at the log finds only pages that are still to be sent.
   */
  static final class LostSinceMigration extends Behaviour {
    @Override
    boolean logsPrimaryWrite(GuestPage page) {
      boolean missed = pair().isInColo() && pair().checkpoint() == 0;
      if (missed) {
        damage().suspect(page);
      }
      return !missed;
    }
  }

  /** Clean pages are sent. */
  static final class NeedlessPages extends Behaviour {
    private static final int PAGES = 3;

    @Override
    SortedSet<GuestPage> sendsToo() {
      SortedSet<GuestPage> more = new TreeSet<>();
      for (int i = 0; isDue() && more.size() < PAGES; i++) {
        GuestPage page = new GuestPage(0, i);
        if (!pair().primary().touched().contains(page)) {
          more.add(page);
        }
      }
      damage().needlesslySent(more.size());
      return more;
    }
  }

  /** A page behind the end of its block is sent. */
  static final class BeyondUsedLength extends Behaviour {
    @Override
    List<SentPage> sendsBeyond() {
      if (!isDue()) {
        return List.of();
      }
      int last = pair().blocks().size() - 1;
      GuestPage beyond = new GuestPage(last, pair().blocks().get(last).pages());
      damage().wrong(beyond, Memory.CACHE);
      byte[] contents = new byte[GuestPage.BYTES];
      scene().random().nextBytes(contents);
      return List.of(new SentPage(beyond, Encoding.RAW, contents));
    }
  }

  /** A delta reaches beyond the end of its page. */
  static final class BrokenDelta extends Behaviour {
    private static final int RIGHT = 100;
    private static final int TOO_FAR = 4000;

    @Override
    SentPage sends(SentPage page) {
      if (page.encoding() != Encoding.XBZRLE || !strikes()) {
        return page;
      }
      byte[] literals = new byte[RIGHT];
      scene().random().nextBytes(literals);
      WireBytes delta = new WireBytes();
      Xbzrle.number(delta, 0);
      Xbzrle.number(delta, RIGHT);
      delta.bytes(literals);
      Xbzrle.number(delta, TOO_FAR);
      Xbzrle.number(delta, 1);
      delta.u8(1);
      damage().wrong(page.page(), Memory.CACHE);
      return new SentPage(page.page(), Encoding.XBZRLE, delta.take());
    }
  }
}
