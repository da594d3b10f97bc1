package org.colotape.replayer.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says how to record the tape of a {@link ReplayTest} if its file is missing: once, the first time
 * that a test wants it. Delete the file to record it again.
 */
@Documented
@Inherited
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface RecordedWith {
  /** Makes the tape. */
  Class<? extends TapeRecorder> value();
}
