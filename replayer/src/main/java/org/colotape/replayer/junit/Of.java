package org.colotape.replayer.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.colotape.schema.event.Memory;

/** Says which memory a parameter of a {@link ReplayTest} is, if its name does not. */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface Of {
  /** The memory. */
  Memory value();
}
