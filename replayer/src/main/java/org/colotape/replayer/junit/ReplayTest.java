package org.colotape.replayer.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that runs once for each checkpoint of a recording. Its parameters, in any order:
 *
 * <ul>
 *   <li>{@link org.colotape.replayer.memory.GuestMemory GuestMemory} called {@code pvm}, {@code
 *       cache} or {@code svm}, or with {@link Of}: that memory as replayed, at the end of the
 *       checkpoint
 *   <li>{@link Observed}, named or annotated in the same way: what was seen of that memory from
 *       outside at the checkpoint
 *   <li>{@link Checkpoint}: where the test is
 *   <li>{@link org.colotape.replayer.timeline.Timeline Timeline} that stands there and can be moved
 * </ul>
 *
 * <p>Tests may run in parallel: each has memories of its own. They are for reading only. A
 * failure's message begins with the tape and the checkpoint.
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(ReplayTestExtension.class)
@Tag("replay")
public @interface ReplayTest {
  /**
   * The recording: a tape file ({@code tapes/x.avro}, from the working directory; if there is none,
   * from the class path), or {@code file:}PATH, {@code classpath:}PATH, or {@code kafka:}NAME. For
   * the last one, the JUnit configuration parameter {@code colotape.bootstrap.servers} names the
   * cluster, or {@code colotape.home} the home with the embedded broker.
   */
  String value();

  /** The checkpoints to run at; all of them by default. */
  int[] checkpoints() default {};

  /** The first checkpoint to run at. */
  int from() default 0;

  /** The last checkpoint to run at. */
  int to() default Integer.MAX_VALUE;

  /** True to run also at checkpoints that the recording does not have whole. */
  boolean incomplete() default false;

  /** The RAM blocks that the memories show; all of them by default. */
  String[] blocks() default {};

  /** The rule set to replay under, as {@code --rules} calls it. */
  String rules() default "qemu";

  /**
   * Display name of a run: {@code {index}}, {@code {checkpoint}}, {@code {tape}}, {@code
   * {displayName}}.
   */
  String name() default "[{index}] checkpoint {checkpoint} of {tape}";
}
