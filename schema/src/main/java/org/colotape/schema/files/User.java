package org.colotape.schema.files;

import com.sun.security.auth.module.UnixSystem;

/** The user that this process is. */
public final class User {
  private User() {}

  /** Its user id. */
  public static long own() {
    return new UnixSystem().getUid();
  }
}
