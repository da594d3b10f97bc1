package org.colotape.analyzer.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.colotape.analyzer.diff.Divergence;
import org.colotape.analyzer.diff.MemoryPair;
import org.colotape.analyzer.diff.PageBytes;
import org.colotape.analyzer.report.PageList;
import org.colotape.analyzer.report.Summary;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;
import org.colotape.analyzer.verdict.RecordingVerdict;
import org.colotape.replayer.memory.BlockDigest;
import org.colotape.replayer.memory.PageWriter;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.log.RecordingLog;
import org.colotape.schema.log.RecordingTotals;
import org.jspecify.annotations.Nullable;

/** Takes the bundled captures through record, replay and analyze, and tells what comes out. */
public final class Demo {
  private static final List<String> CAPTURES =
      List.of("10.0-colo-verify-kvm", "7.2-colo-verify", "11.1-colo-svm-rom-kvm");
  private static final String BLOCK = "ram";

  private final Stages stages;
  private final Path folder;
  private final Consumer<String> out;

  /**
   * @param log holds the recordings, which are called {@code demo-} and the capture's name
   * @param scratch where the space for rebuilt memory comes from
   * @param folder where the captures are unpacked; the caller removes it
   * @param out takes what is told, line by line
   */
  public Demo(RecordingLog log, ScratchSpace scratch, Path folder, Consumer<String> out) {
    this.stages = new Stages(log, scratch);
    this.folder = folder;
    this.out = out;
  }

  /** Names of the recordings that {@link #run} makes. */
  public static List<String> recordings() {
    return CAPTURES.stream().map(Demo::recording).toList();
  }

  /**
   * What came out.
   *
   * @param verdicts the verdict on each recording
   * @param unexpected what is not as it is known to be, a line each; empty if all is
   */
  public record Result(List<RecordingVerdict> verdicts, List<String> unexpected) {}

  /**
   * Runs all of it.
   *
   * @throws ColotapeException if a stage fails
   */
  public Result run() {
    List<RecordingVerdict> verdicts = new ArrayList<>();
    List<String> unexpected = new ArrayList<>();
    List<Runnable> endings = new ArrayList<>();
    for (String name : CAPTURES) {
      BundledCapture capture = BundledCapture.load(name);
      out.accept(capture.title() + ", capture " + name);
      RecordingVerdict verdict = run(capture);
      verdicts.add(verdict);
      unexpected.addAll(KnownVerdict.contradictions(capture, verdict));
      verdict
          .firstDivergent()
          .ifPresent(first -> endings.add(() -> ending(capture, verdict, first)));
      out.accept("");
    }
    endings.forEach(Runnable::run);
    return new Result(verdicts, unexpected);
  }

  private RecordingVerdict run(BundledCapture capture) {
    String name = recording(capture.name());
    UnpackedCapture files = UnpackedCapture.into(folder.resolve(capture.name()), capture);
    long begun = System.nanoTime();
    RecordingTotals totals = stages.record(files, name);
    tell(
        "record",
        begun,
        String.format(
            Locale.ROOT,
            "%.1f MB of migration stream as %d events in Kafka, with %d images of memory",
            totals.wireBytes() / 1e6,
            totals.events(),
            files.images().size()));
    begun = System.nanoTime();
    Stages.Replayed replayed = stages.replay(name, BLOCK);
    tell(
        "replay",
        begun,
        String.format(
            "checkpoints 0 to %d; %s has digest %s in SVM RAM, %s in the COLO cache",
            replayed.checkpoint(), BLOCK, head(replayed.svm()), head(replayed.cache())));
    begun = System.nanoTime();
    RecordingVerdict verdict = stages.analyze(name);
    tell("analyze", begun, Summary.of(verdict));
    return verdict;
  }

  private void tell(String stage, long begun, String what) {
    double seconds = (System.nanoTime() - begun) / 1e9;
    out.accept(String.format(Locale.ROOT, "  %-8s %.1f s  %s", stage, seconds, what));
  }

  private void ending(BundledCapture capture, RecordingVerdict verdict, Compared first) {
    out.accept(
        capture.title()
            + (capture.between() == MemoryPair.CACHE_SVM
                ? " throws firmware back: the secondary resets its machine before each flush, and"
                    + " the flush does not restore it."
                : " lost dirty pages."));
    out.accept(
        String.format(
            "Had the PVM failed behind checkpoint %d, the secondary would have resumed with %d"
                + " wrong pages:",
            first.checkpoint(), wrongPages(first)));
    PageList.lines(first, MemoryPair.PVM_SVM).forEach(line -> out.accept("  " + line));
    first.divergences().stream()
        .filter(divergence -> divergence.pair() == MemoryPair.PVM_SVM)
        .findFirst()
        .ifPresent(this::example);
    List<String> later =
        verdict.compared().stream()
            .filter(checkpoint -> checkpoint.checkpoint() > first.checkpoint())
            .filter(Compared::diverged)
            .map(checkpoint -> wrongPages(checkpoint) + " at checkpoint " + checkpoint.checkpoint())
            .toList();
    if (!later.isEmpty()) {
      out.accept("It would have been " + String.join(", ", later) + ".");
    }
  }

  private void example(Divergence divergence) {
    PageWriter sent = divergence.lastSent();
    int at = Math.max(0, divergence.firstDifference());
    out.accept(
        String.format(
            "For example page %s+0x%x: byte 0x%x is %s in the PVM, %s in the SVM; it was %s.",
            divergence.block(),
            divergence.offset(),
            at,
            byteAt(divergence.left().bytes(), at),
            byteAt(divergence.right().bytes(), at),
            sent == null
                ? "never sent"
                : String.format(
                    "last sent at checkpoint %d (event seq %d, stream offset 0x%x)",
                    sent.checkpoint(), sent.seq(), sent.streamOffset())));
  }

  private static String byteAt(@Nullable PageBytes bytes, int at) {
    return bytes == null ? "unknown" : bytes.hex(at, at + 1);
  }

  private static long wrongPages(Compared checkpoint) {
    return checkpoint.blocks().stream()
        .mapToLong(block -> block.differing(MemoryPair.PVM_SVM).size())
        .sum();
  }

  private static String recording(String capture) {
    return "demo-" + capture;
  }

  private static String head(BlockDigest digest) {
    return digest.toString().substring(0, 12);
  }
}
