package org.colotape.analyzer.diagnosis;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.colotape.analyzer.diagnosis.Contents.Mix;
import org.colotape.analyzer.diagnosis.Fault.Confidence;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.PageEncoding;
import org.jspecify.annotations.Nullable;

/**
 * Finds the cause for one page, from its history and what the memories held of it behind the
 * checkpoint at which it first diverges: was what the PVM held sent, did what was sent get into the
 * cache, did what was in the cache get into SVM RAM?
 *
 * @param checkpoint the checkpoint
 * @param history the page's history up to there
 * @param sent the PVM as the stream tells it
 * @param cache the cache as the stream and the rules tell it
 * @param svm SVM RAM as they tell it
 * @param sharing tells who but the page holds such contents
 * @param readOnly true if no write of a guest reaches the page
 */
record Classification(
    int checkpoint,
    PageHistory history,
    Contents sent,
    Contents cache,
    Contents svm,
    Function<PageDigest, Sharing> sharing,
    boolean readOnly) {
  /** So many wrong bits are damage. */
  private static final int FEW_BITS = 8;

  private static final String NO_GUEST = "no write of a guest reaches that block";
  private static final String KEPT = "what was there before the checkpoint, which was not seen";

  /** What was found. */
  record Result(Cause cause, int origin, Confidence confidence, Doubt doubt) {
    /** A cause that does not rest on what contents equal. */
    Result(Cause cause, int origin, Confidence confidence) {
      this(cause, origin, confidence, Doubt.NONE);
    }
  }

  Result result() {
    Contents pvmNow = known(Memory.PVM, sent);
    Contents cacheNow = known(Memory.CACHE, cache);
    Contents svmNow = known(Memory.SVM, svm);
    if (!pvmNow.same(sent)) {
      return notSent(pvmNow);
    }
    if (!cacheNow.same(sent)) {
      return notInCache(cacheNow);
    }
    return svmNow.same(cacheNow) ? unexplained() : notInSvm(svmNow);
  }

  /** What each memory held behind the checkpoint: what was observed of it, else the model. */
  Map<Memory, Contents> now() {
    return Map.of(
        Memory.PVM, known(Memory.PVM, sent),
        Memory.CACHE, known(Memory.CACHE, cache),
        Memory.SVM, known(Memory.SVM, svm));
  }

  private Contents known(Memory memory, Contents model) {
    Contents seen = history.observed(memory);
    return seen == null ? model : seen;
  }

  private static Result unexplained() {
    return new Result(Cause.UNEXPLAINED, -1, Confidence.POSSIBLE);
  }

  /**
   * Explains what a memory holds. What was not observed is what the rules made of the stream: that
   * it equals something is their doing, and needs no proof.
   */
  private Explanations explain(Memory memory, PageDigest held) {
    boolean seen = history.observed(memory) != null;
    return new Explanations(memory, seen ? sharing.apply(held) : Sharing.ALONE);
  }

  // what the PVM holds is not what the stream said

  private Result notSent(Contents pvmNow) {
    Version last = history.last();
    if (last == null) {
      return new Result(Cause.NEVER_SENT, -1, Confidence.CERTAIN);
    }
    if (last.checkpoint() < checkpoint) {
      return history.sentWasSeen()
          ? new Result(Cause.LOST_DIRTY_BIT, last.checkpoint(), Confidence.CERTAIN)
          : new Result(
              Cause.LOST_DIRTY_BIT,
              last.checkpoint(),
              Confidence.LIKELY,
              Doubt.because("that the PVM ever held what was sent was not seen"));
    }
    Explanations found = explain(Memory.PVM, last.digest());
    int origin = olderThanLast(last.digest());
    if (origin >= 0) {
      found.add(Cause.STALE, origin, Confidence.CERTAIN);
    } else {
      alterations(found, last.contents(), pvmNow);
    }
    if (checkpoint == 0 && !found.isEmpty()) {
      // the guest runs on while the initial migration is sent
      found.add(Cause.LOST_DIRTY_BIT, 0, Confidence.POSSIBLE);
    }
    return found.best(Cause.LOST_DIRTY_BIT);
  }

  // the cache is not what the stream said

  private Result notInCache(Contents cacheNow) {
    Version last = history.last();
    Explanations found = explain(Memory.CACHE, cacheNow.digest());
    if (last == null) {
      alterations(found, cacheNow, sent);
      return found.best(Cause.UNEXPLAINED);
    }
    int origin = olderThanLast(cacheNow.digest());
    boolean initial = history.versions().getFirst().checkpoint() == 0;
    boolean nothing = last.checkpoint() == 0 || (initial && origin < 0);
    if (nothing && sharing.apply(cacheNow.digest()) == Sharing.ZEROS) {
      found.add(Cause.NOT_IN_CACHE, 0, Confidence.CERTAIN);
    }
    boolean zero = last.encoding() == PageEncoding.ZERO;
    if (found.isEmpty() && origin >= 0) {
      found.add(zero ? Cause.ZERO_NOT_APPLIED : Cause.STALE, origin, Confidence.CERTAIN);
    }
    if (found.isEmpty()) {
      alterations(found, cacheNow, sent);
    }
    return found.best(zero ? Cause.ZERO_NOT_APPLIED : Cause.UNEXPLAINED);
  }

  /** Contents that no version has: what may have made them of the right ones. */
  private void alterations(Explanations found, Contents wrong, Contents right) {
    if (sharing.apply(wrong.digest()).isFill()) {
      return;
    }
    Version last = history.last();
    if (last != null && last.encoding() == PageEncoding.XBZRLE) {
      deltaOnOther(found, wrong, right, last);
    }
    torn(found, wrong, right);
    if (wrong.bitsUnlike(right, FEW_BITS) > 0) {
      found.add(Cause.DAMAGED_BITS, -1, Confidence.CERTAIN);
    }
  }

  /** Half the right contents and half an older version. */
  private void torn(Explanations found, Contents wrong, Contents right) {
    Mix most = Mix.NONE;
    for (Version version : history.versions()) {
      Contents old = version.contents();
      if (!old.same(right) && !old.same(wrong)) {
        Mix mix = wrong.mixOf(right, old);
        // a part of what other pages hold, too, need not be this page's older version
        boolean own = mix == Mix.CLEAR && sharing.apply(old.digest()) == Sharing.ALONE;
        mix = mix == Mix.CLEAR && !own ? Mix.FAINT : mix;
        most = mix.compareTo(most) > 0 ? mix : most;
      }
    }
    if (most != Mix.NONE) {
      found.add(
          Cause.TORN,
          -1,
          most == Mix.CLEAR ? Confidence.CERTAIN : Confidence.POSSIBLE,
          "only a few bytes show it, or such as other pages hold, too");
    }
  }

  /** The bytes of the delta are there, and only others are wrong. */
  private void deltaOnOther(Explanations found, Contents wrong, Contents right, Version last) {
    byte[] there = wrong.bytes();
    byte[] wanted = right.bytes();
    if (there == null || wanted == null || wrong.bitsUnlike(right, FEW_BITS) >= 0) {
      return;
    }
    BitSet places = Delta.places(last.delta(), wanted.length);
    if (places.isEmpty() || places.stream().anyMatch(i -> there[i] != wanted[i])) {
      return;
    }
    byte[] base = beforeLast();
    boolean clear = base != null && Telling.apart(there, places, base);
    found.add(
        Cause.WRONG_XBZRLE_BASE,
        -1,
        clear ? Confidence.LIKELY : Confidence.POSSIBLE,
        clear ? "" : "only a few bytes show it");
  }

  private byte @Nullable [] beforeLast() {
    List<Version> versions = history.versions();
    return versions.size() < 2 ? null : versions.get(versions.size() - 2).contents().bytes();
  }

  // SVM RAM is not what the cache is

  private Result notInSvm(Contents svmNow) {
    Explanations found = explain(Memory.SVM, svmNow.digest());
    Contents before = history.svmBeforeFlush();
    Version last = history.last();
    boolean received = last != null && last.checkpoint() == checkpoint;
    if (before != null && before.same(svmNow)) {
      // a guest that goes on from the primary's state may come to just that again
      found.add(
          Cause.NOT_FLUSHED,
          olderThanLast(svmNow.digest()),
          readOnly ? Confidence.CERTAIN : Confidence.LIKELY,
          history.writtenBeforeFlush()
              ? "the SVM's guest had written that, and may have come to it again"
              : "the SVM's guest may have come to that again");
      if (!readOnly && history.cameBack(svmNow.digest())) {
        found.add(Cause.WRITTEN_AFTER_FLUSH, -1, Confidence.POSSIBLE);
      }
    } else if (readOnly) {
      return thrownBack(before == null && received);
    } else if (received || history.seenStopped()) {
      found.add(Cause.WRITTEN_AFTER_FLUSH, -1, Confidence.LIKELY);
      if (before == null) {
        found.add(Cause.NOT_FLUSHED, -1, Confidence.POSSIBLE);
      }
    } else {
      found.add(Cause.NOT_FLUSHED, -1, Confidence.LIKELY);
    }
    return found.best(Cause.UNEXPLAINED);
  }

  /**
   * A guest has not written it: what is left is the reset before the flush, whatever is there.
   *
   * @param unseen true if it may be what was there before the checkpoint
   */
  private Result thrownBack(boolean unseen) {
    if (history.observed(Memory.CACHE) == null && history.last() != null) {
      Explanations found = new Explanations(Memory.SVM, Sharing.ALONE);
      found.add(Cause.THROWN_BACK, -1, Confidence.POSSIBLE);
      found.add(Cause.NOT_IN_CACHE, 0, Confidence.POSSIBLE);
      return found.best(Cause.UNEXPLAINED);
    }
    return unseen
        ? new Result(Cause.THROWN_BACK, -1, Confidence.POSSIBLE, Doubt.because("it may be " + KEPT))
        : new Result(Cause.THROWN_BACK, -1, Confidence.LIKELY, Doubt.because(NO_GUEST));
  }

  /** The checkpoint of the newest version with that digest, the last one not counted; or -1. */
  private int olderThanLast(PageDigest digest) {
    List<Version> versions = history.versions();
    for (int i = versions.size() - 2; i >= 0; i--) {
      if (versions.get(i).digest().equals(digest)) {
        return versions.get(i).checkpoint();
      }
    }
    return -1;
  }
}
