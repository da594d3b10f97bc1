package org.colotape.replayer.rules;

/** Where a page goes that arrives before the secondary is in COLO state. */
public enum InitialPages {
  /**
   * To SVM RAM, then copied to the COLO cache (QEMU migration/ram.c, ram_load_precopy, since commit
   * 0393031a16).
   */
  SVM_AND_CACHE,
  /**
   * To SVM RAM only. The original cache patch (commits 92c1a9a912, 403252e78c, ca10f4ffb3) meant to
   * back pages up, but tests "not in COLO state" inside "in COLO state", so the branch is never
   * taken and the cache keeps zeros.
   */
  SVM_ONLY
}
