package org.colotape.analyzer.diagnosis;

import java.util.List;
import java.util.function.Consumer;
import org.colotape.analyzer.verdict.AnalysisSettings;
import org.colotape.analyzer.verdict.CheckpointVerdict;
import org.colotape.analyzer.verdict.RecordingVerdict;
import org.colotape.schema.log.SeekableRecording;

/**
 * The verdict on a recording and what went wrong in it.
 *
 * @param verdict the verdict
 * @param faults what went wrong, the earliest first; empty if nothing did
 */
public record Diagnosis(RecordingVerdict verdict, List<Fault> faults) {
  /**
   * Analyses a recording and says why memories differ. It is read a second time if some do.
   *
   * @param recording the recording
   * @param settings how to analyse
   * @param progress is told each checkpoint's verdict as soon as there is one
   */
  public static Diagnosis of(
      SeekableRecording recording,
      AnalysisSettings settings,
      Consumer<CheckpointVerdict> progress) {
    return Examination.of(
        new Whole(recording, settings.replay()),
        settings,
        (checkpoint, _) -> progress.accept(checkpoint));
  }
}
