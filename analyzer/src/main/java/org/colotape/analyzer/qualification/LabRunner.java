package org.colotape.analyzer.qualification;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.colotape.analyzer.diagnosis.Diagnosis;
import org.colotape.analyzer.lab.Lab;
import org.colotape.analyzer.lab.LabSettings;
import org.colotape.analyzer.lab.Observers;
import org.colotape.analyzer.lab.RunEnd;
import org.colotape.analyzer.lab.guest.Guest;
import org.colotape.analyzer.lab.machine.Hypervisor;
import org.colotape.analyzer.lab.machine.Workplace;
import org.colotape.analyzer.verdict.AnalysisSettings;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.tape.Tape;
import org.jspecify.annotations.Nullable;

/** Runs cases in the lab: a pair of real QEMUs for each, observed, recorded and analysed. */
public final class LabRunner implements CaseRunner {
  /** Size of the machines' RAM in MiB: every page of it is read at each checkpoint. */
  public static final int RAM_MIB = 16;

  /** Time from one checkpoint to the next: most of it is taken by those who observe. */
  public static final Duration DELAY = Duration.ofMillis(150);

  private static final int CHANNELS = 2;
  private static final int PAGES = 256;
  private static final int SPEED = 20_000;
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Hypervisor primary;
  private final Hypervisor secondary;
  private final String recorder;
  private final Path temporary;
  private final Path tapes;
  private final Consumer<String> report;
  private @Nullable Lab running;

  /**
   * @param primary runs the primaries
   * @param secondary runs the secondaries
   * @param recorder what recordings say of who made them
   * @param temporary where files of machines go, in folders that are gone behind each case
   * @param tapes folder for the recordings, and for rebuilt memory; nobody else reads it
   * @param report takes lines on what is done and what happens
   */
  public LabRunner(
      Hypervisor primary,
      Hypervisor secondary,
      String recorder,
      Path temporary,
      Path tapes,
      Consumer<String> report) {
    this.primary = primary;
    this.secondary = secondary;
    this.recorder = recorder;
    this.temporary = temporary;
    this.tapes = tapes;
    this.report = report;
  }

  @Override
  public CaseRun run(Case one) {
    Path tape = tapes.resolve(recording(one) + ".tape");
    RunEnd end;
    try (Workplace workplace = Workplace.in(temporary);
        Lab lab = begin(one, workplace)) {
      end = run(lab, one, workplace, tape);
    } finally {
      ended();
    }
    Diagnosis diagnosis = null;
    if (tape.toFile().exists()) {
      ScratchSpace scratch = ScratchSpace.preferMemory(tapes.resolve("scratch"));
      diagnosis = Diagnosis.of(Tape.of(tape), AnalysisSettings.of(scratch), _ -> {});
    }
    return new CaseRun(Judge.judge(one.course(), end, diagnosis), diagnosis == null ? null : tape);
  }

  /** Name of the recording of a case. */
  public static String recording(Case one) {
    return "qualify-" + one.name().replace('/', '-');
  }

  private RunEnd run(Lab lab, Case one, Workplace workplace, Path tape) {
    try {
      lab.prepare();
      report.accept(lab.description());
      TapRecording.run(
          lab, recorder, recording(one), workplace.folder().resolve("journal"), tape, report);
      lab.finish();
      return lab.end();
    } catch (ColotapeException e) {
      return lab.endBy(e);
    }
  }

  private synchronized Lab begin(Case one, Workplace workplace) {
    Lab lab = new Lab(settings(one), primary, secondary, workplace, report);
    running = lab;
    return lab;
  }

  private synchronized void ended() {
    running = null;
  }

  @Override
  public synchronized void stop() {
    if (running != null) {
      running.stop();
    }
  }

  private static LabSettings settings(Case one) {
    Course course = one.course();
    return new LabSettings(
        new Guest(course.pattern(), Guest.LOWEST, PAGES, SPEED),
        one.configuration().machine(),
        RAM_MIB,
        one.configuration().encoding(),
        CHANNELS,
        course.checkpoints(),
        DELAY,
        PATIENCE,
        Observers.FILE,
        course.fault(),
        course.fault() != null && course.fault().showsBeforeTap(),
        course.failover());
  }
}
