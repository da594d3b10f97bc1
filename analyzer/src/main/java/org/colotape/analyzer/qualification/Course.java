package org.colotape.analyzer.qualification;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.colotape.analyzer.lab.Failover;
import org.colotape.analyzer.lab.fault.Fault;
import org.colotape.analyzer.lab.fault.Moment;
import org.colotape.analyzer.lab.guest.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a pair is taken through.
 *
 * @param name as part of a case's name
 * @param text for people
 * @param pattern how its guest dirties memory
 * @param checkpoints behind the initial migration, if nothing ends it before
 * @param fault what goes wrong on purpose; null for nothing
 * @param failover when the secondary is told to take over; null for never
 */
public record Course(
    String name,
    String text,
    Pattern pattern,
    int checkpoints,
    @Nullable Fault fault,
    @Nullable Failover failover) {
  /** Checkpoints of a course under load. */
  public static final int LOAD_CHECKPOINTS = 20;

  /** The checkpoint in which something fails; those before it are whole. */
  public static final int FAILING = 2;

  /** Checkpoints of a course that fails, if it does not. */
  private static final int MOST_FAILING = 3;

  /** Checkpoints under load, one course for each pattern of the guest. */
  public static List<Course> loads() {
    return Arrays.stream(Pattern.values())
        .map(pattern ->
            new Course(
                "load-" + pattern,
                LOAD_CHECKPOINTS + " checkpoints, guest " + pattern,
                pattern,
                LOAD_CHECKPOINTS,
                null,
                null))
        .toList();
  }

  /** Courses in which something fails. */
  public static List<Course> failures() {
    List<Course> courses = new ArrayList<>();
    for (Moment moment : Moment.values()) {
      courses.add(
          failing(
              "failover-" + moment.name().toLowerCase(Locale.ROOT).replace('_', '-'),
              "failover at " + moment,
              null,
              moment));
    }
    courses.add(
        failing(
            "primary-killed",
            "primary killed in mid-RAM, failover",
            fault(Fault.Kind.KILL_PVM, Moment.PAGES),
            Moment.PAGES));
    courses.add(
        failing(
            "secondary-killed",
            "secondary killed",
            fault(Fault.Kind.KILL_SVM, Moment.VMSTATE_SIZE),
            null));
    courses.add(
        failing(
            "link-lost",
            "link lost in mid-RAM, failover",
            fault(Fault.Kind.CUT, Moment.PAGES),
            Moment.PAGES));
    courses.add(
        failing(
            "return-path-lost",
            "return path lost, failover",
            fault(Fault.Kind.LOSE_RETURN, Moment.VMSTATE_RECEIVED),
            Moment.VMSTATE_RECEIVED));
    return List.copyOf(courses);
  }

  /** True if nothing goes wrong on purpose. */
  public boolean isLoad() {
    return fault == null && failover == null;
  }

  /** True if its guest dirties nothing. */
  boolean isQuiet() {
    return pattern == Pattern.IDLE;
  }

  private static Fault fault(Fault.Kind kind, Moment moment) {
    return new Fault(kind, moment, -1, FAILING);
  }

  private static Course failing(
      String name, String text, @Nullable Fault fault, @Nullable Moment takeOver) {
    return new Course(
        name,
        text,
        Pattern.SEQUENTIAL,
        MOST_FAILING,
        fault,
        takeOver == null ? null : new Failover(takeOver, FAILING));
  }
}
