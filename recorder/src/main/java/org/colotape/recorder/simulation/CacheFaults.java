package org.colotape.recorder.simulation;

import org.colotape.recorder.simulation.SentPage.Encoding;
import org.colotape.recorder.simulation.guest.GuestMemory;
import org.colotape.recorder.simulation.guest.GuestPage;
import org.jspecify.annotations.Nullable;

/** What can go wrong on the way of a page into the COLO cache. */
final class CacheFaults {
  private CacheFaults() {}

  /** No page of the initial migration gets into the cache. */
  static final class NoBackUp extends Behaviour {
    @Override
    boolean backsUp(SentPage page) {
      damage().suspect(page.page());
      return false;
    }
  }

  /** Some pages of the initial migration do not get into the cache. */
  static final class SomeNotBackedUp extends Behaviour {
    @Override
    boolean backsUp(SentPage page) {
      boolean left = !page.isZero() && mayStrike();
      if (left) {
        damage().suspect(page.page());
      }
      return !left;
    }
  }

  /** The cache is copied to before the page is inflated: it gets what was there. */
  static final class BackUpBeforeInflation extends Behaviour {
    @Override
    boolean backsUp(SentPage page) {
      boolean early =
          page.encoding() == Encoding.ZLIB && !pair().secondary().cache().isZero(page.page());
      if (early) {
        damage().suspect(page.page());
      }
      return !early;
    }
  }

  /** ENABLE_COLO comes twice, and the second one makes a new cache. */
  static final class SecondCache extends Behaviour {
    @Override
    boolean enablesColoAgain() {
      pair().secondary().cache().forEachTouched(damage()::suspect);
      return true;
    }
  }

  /** The cache is as long as the block was before MEM_SIZE made it longer. */
  static final class ShortCache extends Behaviour {
    @Override
    boolean reaches(GuestPage page) {
      int last = pair().blocks().size() - 1;
      boolean beyond =
          page.block() == last && page.index() >= pair().blocks().get(last).pages() / 2;
      if (beyond) {
        damage().suspect(page);
      }
      return !beyond;
    }
  }

  /** Nobody inflates pages any more. */
  static final class NoInflation extends Behaviour {
    @Override
    boolean lands(SentPage page) {
      boolean lost = page.encoding() == Encoding.ZLIB && isDue();
      if (lost) {
        damage().suspect(page.page());
      }
      return !lost;
    }
  }

  /** Zero pages of packets are neither written nor recorded. */
  static final class ZeroPagesOfPackets extends Behaviour {
    @Override
    boolean lands(SentPage page) {
      boolean lost = page.isZero() && isDue();
      if (lost) {
        damage().suspect(page.page());
      }
      return !lost;
    }

    @Override
    boolean recordsReceived(GuestPage page) {
      return !(isDue() && pair().primary().said().isZero(page));
    }
  }

  /** A zero page is taken as one that is zero already. */
  static final class ZeroNotApplied extends Behaviour {
    @Override
    boolean lands(SentPage page) {
      boolean lost = page.isZero() && !pair().secondary().cache().isZero(page.page()) && strikes();
      if (lost) {
        damage().suspect(page.page());
      }
      return !lost;
    }
  }

  /** A delta is applied to SVM RAM instead of the cache. */
  static final class WrongBase extends Behaviour {
    @Override
    GuestMemory base(SentPage page) {
      Secondary secondary = pair().secondary();
      boolean wrong =
          page.encoding() == Encoding.XBZRLE
              && !secondary.ram().agrees(page.page(), secondary.cache())
              && strikes();
      if (wrong) {
        damage().suspect(page.page());
      }
      return wrong ? secondary.ram() : secondary.cache();
    }
  }

  /** A page is written a second time, to the place of the one that comes next. */
  static final class OtherPage extends Behaviour {
    private @Nullable GuestPage before;

    @Override
    void landed(GuestPage page) {
      GuestPage other = before;
      GuestMemory cache = pair().secondary().cache();
      if (other != null && !cache.isZero(other) && strikes()) {
        cache.write(page, 0, cache.bytes(other));
        damage().suspect(page);
      } else {
        before = page;
      }
    }
  }

  /** A bit of a page is another one than was sent. */
  static final class DamagedBit extends Behaviour {
    @Override
    void landed(GuestPage page) {
      GuestMemory cache = pair().secondary().cache();
      if (!cache.isZero(page) && strikes()) {
        int at = scene().random().nextInt(GuestPage.BYTES);
        byte damaged = (byte) (cache.bytes(page)[at] ^ (1 << scene().random().nextInt(Byte.SIZE)));
        cache.write(page, at, new byte[] {damaged});
        damage().suspect(page);
      }
    }
  }
}
