package org.colotape.analyzer.qualification;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.colotape.analyzer.diagnosis.Cause;
import org.colotape.analyzer.diagnosis.Diagnosis;
import org.colotape.analyzer.diagnosis.Fault;
import org.colotape.analyzer.diff.MemoryPair;
import org.colotape.analyzer.diff.Source;
import org.colotape.analyzer.lab.RunEnd;
import org.colotape.analyzer.lab.machine.Machine;
import org.colotape.analyzer.qualification.CaseResult.Refused;
import org.colotape.analyzer.qualification.CaseResult.Right;
import org.colotape.analyzer.qualification.CaseResult.Undecided;
import org.colotape.analyzer.qualification.CaseResult.Wrong;
import org.colotape.analyzer.report.Summary;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;
import org.colotape.analyzer.verdict.Doubt;
import org.colotape.analyzer.verdict.Outcome;
import org.colotape.analyzer.verdict.RecordingVerdict;
import org.colotape.analyzer.verdict.Remark.Missed;
import org.colotape.analyzer.verdict.Remark.Unparsed;
import org.colotape.schema.event.Memory;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a case comes to. Memories that differ are wrong, however the run ended; else the run
 * must have ended as its course wants it, and enough of the memories must have been seen.
 */
final class Judge {
  /** Of so many checkpoints of a load, as a part of all, each memory must have been observed. */
  private static final double SEEN = 0.75;

  private final Course course;
  private final @Nullable Diagnosis diagnosis;

  private Judge(Course course, @Nullable Diagnosis diagnosis) {
    this.course = course;
    this.diagnosis = diagnosis;
  }

  /**
   * Decides.
   *
   * @param course what the pair was taken through
   * @param end how its run ended
   * @param diagnosis of its recording; null if there is none
   */
  static CaseResult judge(Course course, RunEnd end, @Nullable Diagnosis diagnosis) {
    return new Judge(course, diagnosis).judge(end);
  }

  private CaseResult judge(RunEnd end) {
    CaseResult besides = besidesMemory(end);
    if (diagnosis == null || diagnosis.verdict().outcome() != Outcome.DIVERGED) {
      return besides;
    }
    List<Fault> certain = diagnosis.faults().stream().filter(this::isCertain).toList();
    List<Fault> rest = new ArrayList<>(diagnosis.faults());
    rest.removeAll(certain);
    List<String> details = new ArrayList<>();
    details.add(Summary.of(diagnosis.verdict()));
    certain.forEach(fault -> details.add(finding(fault)));
    rest.forEach(fault -> details.add("not certain: " + finding(fault)));
    details.add(
        (besides instanceof Right ? "all else was right: " : "besides: ") + besides.headline());
    details.addAll(besides.details());
    List<String> wrong = new ArrayList<>(causes(certain));
    if (besides instanceof Wrong further) {
      wrong.addAll(further.headlines());
    }
    if (diagnosis.faults().isEmpty()) {
      wrong.addFirst("memories differ");
    }
    return wrong.isEmpty()
        ? new Undecided(
            "the secondary's memory differs, and its guest may have written it so: "
                + String.join("; ", causes(rest)),
            List.copyOf(details))
        : new Wrong(List.copyOf(wrong), List.copyOf(details));
  }

  /**
   * True if no guest can have done it: where the primary and the cache differ, both of which stand
   * still, where the guest of the secondary writes nothing, or where the diagnosis excludes it. A
   * guest that goes back to an earlier state looks like a page that was not flushed.
   */
  private boolean isCertain(Fault fault) {
    return course.isQuiet()
        || (fault.confidence() != Fault.Confidence.POSSIBLE
            && fault.cause() != Cause.WRITTEN_AFTER_FLUSH)
        || isBetweenPrimaryAndCache(fault);
  }

  private boolean isBetweenPrimaryAndCache(Fault fault) {
    return diagnosis != null
        && diagnosis.verdict().compared().stream()
            .filter(checkpoint -> checkpoint.checkpoint() == fault.checkpoint())
            .flatMap(checkpoint -> checkpoint.blocks().stream())
            .filter(block -> fault.pages().containsKey(block.block()))
            .anyMatch(block -> {
              Set<Integer> differing =
                  block.differing(MemoryPair.PVM_CACHE).pages().boxed().collect(Collectors.toSet());
              return Objects.requireNonNull(fault.pages().get(block.block()))
                  .pages()
                  .anyMatch(differing::contains);
            });
  }

  /** What the case comes to where no memories differ. */
  private CaseResult besidesMemory(RunEnd end) {
    return switch (end) {
      case RunEnd.Refused refused ->
          failed("%s refuses: %s".formatted(side(refused.machine()), refused.words()));
      case RunEnd.Died died ->
          failed("%s ends by itself: %s".formatted(side(died.machine()), died.words()));
      case RunEnd.NotTakenOver not ->
          new Wrong("the secondary does not take over", List.of("it is " + not.state()));
      case RunEnd.Stalled stalled ->
          new Undecided("the pair stands still " + reached(), List.of(stalled.what()));
      case RunEnd.Failed failed -> new Undecided(failed.why());
      case RunEnd.TookOver over when Boolean.TRUE.equals(over.exposed()) ->
          new Wrong(
              "a page of a checkpoint that did not arrive whole is in the secondary's memory",
              List.of());
      case RunEnd.TookOver _ -> course.failover() == null ? unexpected(end) : seen();
      case RunEnd.Broken _ ->
          course.fault() == null || course.failover() != null ? unexpected(end) : seen();
      case RunEnd.Completed _ -> course.isLoad() ? seen() : unexpected(end);
    };
  }

  /**
   * A guest whose checkpoint was loaded is protected; that of a pair that ends before never was.
   */
  private CaseResult failed(String what) {
    return loaded().isEmpty()
        ? new Refused(what)
        : new Wrong(what, List.of("checkpoint " + loaded().getLast() + " was loaded before"));
  }

  private Undecided unexpected(RunEnd end) {
    return new Undecided("what should go wrong did not", List.of("the run ended with " + end));
  }

  /** The run went as it should: what is known of the memories. */
  private CaseResult seen() {
    if (diagnosis == null) {
      return new Undecided("nothing was recorded");
    }
    List<Integer> wanted = IntStream.rangeClosed(1, whole()).boxed().toList();
    List<Integer> missing =
        wanted.stream().filter(checkpoint -> !loaded().contains(checkpoint)).toList();
    if (!missing.isEmpty()) {
      return new Undecided(
          "not all checkpoints could be compared",
          List.of("not compared: " + missing, Summary.of(diagnosis.verdict())));
    }
    List<String> doubts = doubts(diagnosis.verdict());
    if (!doubts.isEmpty()) {
      return new Undecided("the analysis does not decide", doubts);
    }
    Map<Memory, Long> observed =
        List.of(Memory.PVM, Memory.CACHE, Memory.SVM).stream()
            .collect(Collectors.toMap(memory -> memory, this::observed));
    long least = (long) Math.ceil(SEEN * wanted.size());
    String where =
        "checkpoints %d, observed: PVM %d, cache %d, SVM %d"
            .formatted(
                wanted.size(),
                observed.get(Memory.PVM),
                observed.get(Memory.CACHE),
                observed.get(Memory.SVM));
    if (observed.values().stream().anyMatch(count -> count < least)) {
      return new Undecided("too little of the memories was observed", List.of(where));
    }
    long idle = wanted.size() - dirtied();
    if (course.isLoad() && !course.isQuiet() && idle > wanted.size() - least) {
      return new Undecided(
          "the guest did not load the pair",
          List.of("it had dirtied nothing at %d checkpoints".formatted(idle)));
    }
    return new Right(where);
  }

  /** What the analysis doubts, but for what is no wonder where the pair was broken on purpose. */
  private List<String> doubts(RecordingVerdict verdict) {
    return verdict.doubts().stream()
        .filter(doubt -> course.isLoad() || !comesOfBreaking(doubt, verdict))
        .map(Doubt::text)
        .toList();
  }

  private boolean comesOfBreaking(Doubt doubt, RecordingVerdict verdict) {
    return switch (doubt.reason()) {
      case NOT_COMPARED, NOT_CONFIRMED, REFUSED, BROKEN, CHANNEL_CUT, UNFINISHED -> true;
      case NOT_PARSED ->
          verdict.remarks().stream()
              .filter(Unparsed.class::isInstance)
              .map(Unparsed.class::cast)
              .allMatch(part -> part.checkpoint() > whole());
      case OUT_OF_TURN -> doubt.checkpoint() > whole();
      case NOTHING_COMPARED, NOT_OBSERVED, CONTRADICTION, NO_CHECKPOINT, FINDING -> false;
    };
  }

  /** The last checkpoint that must be whole. */
  private int whole() {
    return course.isLoad() ? course.checkpoints() : Course.FAILING - 1;
  }

  /** Checkpoints behind the initial migration that the secondary loaded, and that were compared. */
  private List<Integer> loaded() {
    return diagnosis == null
        ? List.of()
        : compared(diagnosis).stream().map(Compared::checkpoint).toList();
  }

  private static List<Compared> compared(Diagnosis diagnosis) {
    return diagnosis.verdict().compared().stream()
        .filter(checkpoint -> checkpoint.checkpoint() > 0)
        .toList();
  }

  private String reached() {
    return loaded().isEmpty() ? "before checkpoint 1" : "behind checkpoint " + loaded().getLast();
  }

  /** Number of checkpoints that must be whole at which the guest's RAM was read in a memory. */
  private long observed(Memory memory) {
    if (diagnosis == null) {
      return 0;
    }
    List<Integer> seen =
        compared(diagnosis).stream()
            .filter(checkpoint -> isObserved(checkpoint, memory))
            .map(Compared::checkpoint)
            .toList();
    if (!course.isQuiet() || seen.isEmpty()) {
      return seen.stream().filter(checkpoint -> checkpoint <= whole()).count();
    }
    // where nothing changes, observers keep nothing; they note what they could not read
    Set<Integer> missed =
        diagnosis.verdict().remarks().stream()
            .filter(Missed.class::isInstance)
            .map(Missed.class::cast)
            .filter(remark -> remark.memory() == memory)
            .filter(remark -> List.of("", Machine.RAM_BLOCK).contains(remark.block()))
            .map(Missed::checkpoint)
            .collect(Collectors.toSet());
    return loaded().stream()
        .filter(checkpoint -> checkpoint >= seen.getFirst() && checkpoint <= whole())
        .filter(checkpoint -> !missed.contains(checkpoint))
        .count();
  }

  private static boolean isObserved(Compared checkpoint, Memory memory) {
    return checkpoint.blocks().stream()
        .filter(block -> block.block().equals(Machine.RAM_BLOCK))
        .anyMatch(block -> block.sources().getOrDefault(memory, Source.MODEL) != Source.MODEL);
  }

  /** Number of checkpoints that carried pages. */
  private long dirtied() {
    return diagnosis == null
        ? 0
        : compared(diagnosis).stream().filter(checkpoint -> checkpoint.pagesWritten() > 0).count();
  }

  /** What went wrong, each thing once, with the blocks that it went wrong in. */
  private static List<String> causes(List<Fault> faults) {
    SortedMap<String, SortedSet<String>> blocks = new TreeMap<>();
    for (Fault fault : faults) {
      blocks
          .computeIfAbsent(fault.cause().text(), _ -> new TreeSet<>())
          .addAll(fault.pages().keySet());
    }
    return blocks.entrySet().stream()
        .map(cause ->
            cause.getKey()
                + (cause.getValue().isEmpty() ? "" : " in " + String.join(", ", cause.getValue())))
        .toList();
  }

  private static String finding(Fault fault) {
    return "checkpoint %d, %s: %s"
        .formatted(fault.checkpoint(), fault.cause().text(), fault.text());
  }

  private static String side(String machine) {
    return switch (machine) {
      case "pvm" -> "the primary";
      case "svm" -> "the secondary";
      default -> machine;
    };
  }
}
