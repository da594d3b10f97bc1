package org.colotape.analyzer.diagnosis;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.colotape.analyzer.diagnosis.Fault.Confidence;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.PageEncoding;

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
 * @param others tells whether another page that came in this checkpoint has such contents
 */
record Classification(
    int checkpoint,
    PageHistory history,
    Contents sent,
    Contents cache,
    Contents svm,
    Predicate<PageDigest> others) {
  /** So many wrong bits are damage. */
  private static final int FEW_BITS = 8;

  /** What was found. */
  record Result(Cause cause, int origin, Confidence confidence) {}

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

  // what the PVM holds is not what the stream said

  private Result notSent(Contents pvmNow) {
    Version last = history.last();
    if (last == null) {
      return new Result(Cause.NEVER_SENT, -1, Confidence.CERTAIN);
    }
    if (last.checkpoint() < checkpoint) {
      return new Result(Cause.LOST_DIRTY_BIT, last.checkpoint(), Confidence.CERTAIN);
    }
    int origin = olderThanLast(last.digest());
    if (origin >= 0) {
      return new Result(Cause.STALE, origin, Confidence.CERTAIN);
    }
    if (isTorn(last.contents(), pvmNow)) {
      return new Result(Cause.TORN, -1, Confidence.CERTAIN);
    }
    return altered(last.contents(), pvmNow, Cause.LOST_DIRTY_BIT);
  }

  // the cache is not what the stream said

  private Result notInCache(Contents cacheNow) {
    Version last = history.last();
    if (last == null) {
      return altered(cacheNow, sent, Cause.UNEXPLAINED);
    }
    if (last.checkpoint() == 0 && cacheNow.isZero()) {
      return new Result(Cause.NOT_IN_CACHE, 0, Confidence.CERTAIN);
    }
    int origin = olderThanLast(cacheNow.digest());
    boolean zero = last.encoding() == PageEncoding.ZERO;
    if (origin >= 0) {
      return new Result(zero ? Cause.ZERO_NOT_APPLIED : Cause.STALE, origin, Confidence.CERTAIN);
    }
    if (last.encoding() == PageEncoding.XBZRLE && isDeltaOnOther(cacheNow, last)) {
      return new Result(Cause.WRONG_XBZRLE_BASE, -1, Confidence.LIKELY);
    }
    if (isTorn(cacheNow, sent)) {
      return new Result(Cause.TORN, -1, Confidence.CERTAIN);
    }
    return altered(cacheNow, sent, zero ? Cause.ZERO_NOT_APPLIED : Cause.UNEXPLAINED);
  }

  /** Contents that no version has: what may have made them of the right ones. */
  private Result altered(Contents wrong, Contents right, Cause otherwise) {
    if (wrong.bitsUnlike(right, FEW_BITS) > 0) {
      return new Result(Cause.DAMAGED_BITS, -1, Confidence.CERTAIN);
    }
    if (others.test(wrong.digest())) {
      return new Result(Cause.OTHER_PAGE, -1, Confidence.CERTAIN);
    }
    return new Result(otherwise, -1, Confidence.POSSIBLE);
  }

  /** True if the one is half the right contents and half an older version. */
  private boolean isTorn(Contents wrong, Contents right) {
    return history.versions().stream()
        .map(Version::contents)
        .anyMatch(old -> !old.same(right) && !old.same(wrong) && wrong.isMixOf(right, old));
  }

  /** True if the bytes of the delta are there, and only others are wrong. */
  private boolean isDeltaOnOther(Contents wrong, Version last) {
    byte[] there = wrong.bytes();
    byte[] right = last.contents().bytes();
    if (there == null || right == null || wrong.bitsUnlike(last.contents(), FEW_BITS) >= 0) {
      return false;
    }
    BitSet places = Delta.places(last.delta(), right.length);
    return !places.isEmpty() && places.stream().allMatch(i -> there[i] == right[i]);
  }

  // SVM RAM is not what the cache is

  private Result notInSvm(Contents svmNow) {
    Contents before = history.svmBeforeFlush();
    if (before != null && before.same(svmNow)) {
      return new Result(Cause.NOT_FLUSHED, olderThanLast(svmNow.digest()), Confidence.CERTAIN);
    }
    Version last = history.last();
    boolean received = last != null && last.checkpoint() == checkpoint;
    return received || history.seenStopped()
        ? new Result(Cause.WRITTEN_AFTER_FLUSH, -1, Confidence.LIKELY)
        : new Result(Cause.NOT_FLUSHED, -1, Confidence.LIKELY);
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
