package org.colotape.schema.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Recording;
import org.colotape.schema.event.RecordingState;
import org.junit.jupiter.api.Test;

final class RecordingTotalsTest {
  @Test
  void totalsCountEventsPagesOfRunsAndCapturedBytes() {
    SampleEvents sample = new SampleEvents(1);
    RecordingTotals totals = new RecordingTotals();

    List.of(sample.start(), sample.rawPage("pc.ram", 0), sample.zeroRun("pc.ram", 4096, 5))
        .forEach(totals::add);

    assertThat(totals.events()).isEqualTo(3);
    assertThat(totals.pages()).isEqualTo(6);
    assertThat(totals.wireBytes()).isEqualTo(4104 + 5 * 9);
    assertThat(totals.lastCheckpoint()).isEqualTo(-1);
  }

  @Test
  void theLastCheckpointIsTheLastOneThatWasSeenWhole() {
    SampleEvents sample = new SampleEvents(1);
    RecordingTotals totals = new RecordingTotals();
    Event whole = sample.seal();
    Event cut = sample.seal();
    cut.getSeal().setComplete(false);

    totals.add(whole);
    totals.add(cut);

    assertThat(totals.lastCheckpoint()).isEqualTo(0);
  }

  @Test
  void anEntryIsDescribedByItsTotals() {
    RecordingTotals totals = new RecordingTotals();
    SampleEvents.recording(1, 2, 3).forEach(totals::add);
    Recording opened = SampleEvents.catalogueEntry("sample", 4);

    Recording described = totals.describe(opened, RecordingState.FAILED, "disk full");

    assertThat(described.getName()).isEqualTo("sample");
    assertThat(described.getPagePartitions()).isEqualTo(4);
    assertThat(described.getState()).isEqualTo(RecordingState.FAILED);
    assertThat(described.getNote()).isEqualTo("disk full");
    assertThat(described.getEvents()).isEqualTo(14);
    assertThat(described.getLastCheckpoint()).isEqualTo(1);
  }
}
