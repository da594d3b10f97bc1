package org.colotape.recorder.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.colotape.recorder.fixture.EventLog;
import org.colotape.recorder.fixture.SampleStreams;
import org.colotape.recorder.session.CheckpointObserver;
import org.colotape.recorder.session.RecordingSession;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingStart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Channels of postcopy beside the main one: pages that were asked for, and connections anew. */
class PostcopyChannelsTest {
  private static final int RUN = 5;

  @TempDir Path folder;

  @Test
  void pagesThatWereAskedForAreRecordedBehindRunAlthoughTheirFileIsReadBefore() throws Exception {
    EventLog log = record(SampleStreams.postcopy(), SampleStreams.preempt());

    long run =
        log.of(Kind.MIG_COMMAND).stream()
            .filter(event -> event.getCommand().getCommand() == RUN)
            .findFirst()
            .orElseThrow()
            .getSeq();
    List<Event> urgent =
        log.of(Kind.PAGE).stream().filter(event -> event.getChannel() == 1).toList();
    assertThat(urgent).hasSize(4).allMatch(event -> event.getSeq() > run);
    assertThat(log.wire(1, Direction.PVM_TO_SVM)).isEqualTo(SampleStreams.preempt());
    assertThat(log.seals().getFirst().getComplete()).isTrue();
  }

  @Test
  void aConnectionThatResumesIsRecordedBehindTheOneThatWasLost() throws Exception {
    byte[] postcopy = SampleStreams.postcopy();
    byte[] lost = Arrays.copyOf(postcopy, postcopy.length - 5000);

    EventLog log = record(lost, SampleStreams.resumed());

    assertThat(log.wire(0, Direction.PVM_TO_SVM)).isEqualTo(lost);
    assertThat(log.wire(1, Direction.PVM_TO_SVM)).isEqualTo(SampleStreams.resumed());
    long end =
        log.of(Kind.CHANNEL_END).stream()
            .filter(event -> event.getChannel() == 0)
            .findFirst()
            .orElseThrow()
            .getSeq();
    assertThat(log.events().stream().filter(event -> event.getChannel() == 1))
        .allMatch(event -> event.getSeq() > end)
        .noneMatch(event -> event.getKind() == Kind.OPAQUE);
    assertThat(log.of(Kind.OPAQUE)).as("what was cut").hasSize(1);
    assertThat(log.seals().getFirst().getComplete()).isTrue();
  }

  @Test
  void aConnectionThatWasLostForGoodLeavesTheMigrationIncomplete() throws Exception {
    byte[] postcopy = SampleStreams.postcopy();

    EventLog log = record(Arrays.copyOf(postcopy, postcopy.length - 5000));

    assertThat(log.seals().getFirst().getComplete()).isFalse();
  }

  private EventLog record(byte[] main, byte[]... channels) throws Exception {
    List<CapturedFile> files = new ArrayList<>();
    for (byte[] channel : channels) {
      files.add(file("c" + files.size(), channel));
    }
    FileFeed feed = FileFeed.ofAnyOrder(file("main", main), null, files);
    EventLog log = new EventLog();
    RecordingStart start =
        new RecordingStart("postcopy", "test", feed.sources(), false, List.of(), false);
    RecordingSession session =
        new RecordingSession(
            log, new RecordingId(new byte[16]), start, () -> 0L, CheckpointObserver.NONE);
    feed.run(session, () -> {});
    session.finish(true, "end of files");
    return log;
  }

  private CapturedFile file(String name, byte[] bytes) throws Exception {
    return new CapturedFile(Files.write(folder.resolve(name), bytes));
  }
}
