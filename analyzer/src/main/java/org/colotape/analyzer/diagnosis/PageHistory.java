package org.colotape.analyzer.diagnosis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.Memory;
import org.jspecify.annotations.Nullable;

/** What became of one page up to the checkpoint at which it first diverges. */
final class PageHistory {
  /** A page that is sent again and again must not fill the heap. */
  private static final int MOST_VERSIONS = 1024;

  private final List<Version> versions = new ArrayList<>();

  /** What was observed at the checkpoint that goes on, behind the flush. */
  private final Map<Memory, Contents> observed = new EnumMap<>(Memory.class);

  /** SVM RAM as it was seen in this checkpoint before the flush, or null. */
  private @Nullable Contents svmStopped;

  /** SVM RAM as the last flush left it, or null. */
  private @Nullable Contents svmBefore;

  /** The PVM was seen to hold what was sent last. */
  private boolean sentWasSeen;

  void add(Version version) {
    sentWasSeen = false;
    if (versions.size() == MOST_VERSIONS) {
      versions.remove(1);
    }
    versions.add(version);
  }

  /** All versions that the stream carried, in order. */
  List<Version> versions() {
    return versions;
  }

  /** The version that the stream carried last, or null. */
  @Nullable Version last() {
    return versions.isEmpty() ? null : versions.getLast();
  }

  void observe(Memory memory, Contents contents, boolean flushed) {
    if (memory == Memory.SVM && !flushed) {
      svmStopped = contents;
    } else {
      observed.put(memory, contents);
    }
    Version last = last();
    sentWasSeen |= memory == Memory.PVM && last != null && contents.same(last.contents());
  }

  /** True if the PVM was seen to hold what was sent last, when that was sent or later. */
  boolean sentWasSeen() {
    return sentWasSeen;
  }

  /** What was observed of a memory, or null. */
  @Nullable Contents observed(Memory memory) {
    return observed.get(memory);
  }

  /** All that was observed at the checkpoint that goes on, behind the flush. */
  Collection<Contents> observed() {
    return observed.values();
  }

  /** What SVM RAM held before this checkpoint's flush, or null if that is not known. */
  @Nullable Contents svmBeforeFlush() {
    return svmStopped == null ? svmBefore : svmStopped;
  }

  /** True if the SVM's guest, or someone else, changed the page since the last flush. */
  boolean seenStopped() {
    return svmStopped != null;
  }

  /** True if the SVM's guest was seen to have written the page when it was stopped. */
  boolean writtenBeforeFlush() {
    Contents stopped = svmStopped;
    Contents flushed = svmBefore;
    return stopped != null && (flushed == null || !stopped.same(flushed));
  }

  /** True if the page had these contents, then others, and then these again. */
  boolean cameBack(PageDigest digest) {
    int times = 0;
    boolean before = false;
    for (Version version : versions) {
      boolean now = version.digest().equals(digest);
      times += now && !before ? 1 : 0;
      before = now;
    }
    return times > 1;
  }

  /** The checkpoint is over. */
  void nextCheckpoint(@Nullable Contents svm) {
    observed.clear();
    svmStopped = null;
    svmBefore = svm;
  }
}
