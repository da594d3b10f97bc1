package org.colotape.recorder.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.colotape.recorder.qemu.EachQemu;
import org.colotape.recorder.qemu.Qemu;
import org.colotape.recorder.qemu.QemuProgram;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.MigrationEnd;
import org.colotape.schema.event.MigrationOutcome;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageEncoding;
import org.colotape.schema.log.EventSink;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tap between two real QEMUs. */
@EachQemu
class TapQemuIT {
  private static final HostPort ANY_PORT = new HostPort("127.0.0.1", 0);
  private static final Duration A_MINUTE = Duration.ofMinutes(1);
  private static final Executor THREADS = task -> Thread.ofPlatform().daemon().start(task);

  @TempDir private Path folder;

  private final QemuProgram program;
  private final List<Event> events = Collections.synchronizedList(new ArrayList<>());

  TapQemuIT(QemuProgram program) {
    this.program = program;
  }

  @BeforeEach
  void needsQemu() {
    program.assumeThere();
  }

  @Test
  void memoryRebuiltFromARecordedMigrationIsTheMemoryOfTheStoppedPrimary() throws Exception {
    try (Qemu pvm = Qemu.start(program, folder, "pvm", false);
        Qemu svm = Qemu.start(program, folder, "svm", true)) {
      assertMigrates(pvm, svm);
    }
  }

  @Test
  void theSameGoesForAMigrationOverSeveralMultifdChannels() throws Exception {
    try (Qemu pvm = Qemu.start(program, folder, "pvm", false);
        Qemu svm = Qemu.start(program, folder, "svm", true)) {
      pvm.enableMultifd(3);
      svm.enableMultifd(3);

      assertMigrates(pvm, svm);

      assertThat(ofKind(Kind.MULTIFD_START)).hasSize(3);
      assertThat(ofKind(Kind.PAGE))
          .filteredOn(event -> event.getPage().getEncoding() == PageEncoding.RAW)
          .isNotEmpty()
          .allMatch(event -> event.getChannel() > 0);
    }
  }

  private void assertMigrates(Qemu pvm, Qemu svm) throws Exception {
    int port = svm.listen();
    pvm.awaitGuest();

    FeedEnd end;
    try (Tap tap = Tap.listen(ANY_PORT, new HostPort("127.0.0.1", port), false)) {
      CompletableFuture<FeedEnd> running = record(tap);
      pvm.migrateTo(((HostPort) tap.address()).port());
      assertThat(pvm.awaitMigration(A_MINUTE)).isEqualTo("completed");
      end = running.get(1, TimeUnit.MINUTES);
    }

    assertThat(end.complete()).as(end.reason()).isTrue();
    assertThat(events).noneMatch(event -> event.getKind() == Kind.OPAQUE);
    assertThat(rebuiltRam()).isEqualTo(pvm.ram());
  }

  @Test
  void everyCheckpointOfALiveColoPairIsRecordedWhole() throws Exception {
    assumeTrue(Qemu.hasKvm(), "no kvm here");
    try (Qemu pvm = Qemu.start(program, folder, "pvm", false);
        Qemu svm = Qemu.start(program, folder, "svm", true)) {
      pvm.enableColo();
      svm.enableColo();
      pvm.setCheckpointDelay(Duration.ofMillis(200));
      int port = svm.listen();

      try (Tap tap = Tap.listen(ANY_PORT, new HostPort("127.0.0.1", port), false)) {
        CompletableFuture<FeedEnd> running = record(tap);
        pvm.migrateTo(((HostPort) tap.address()).port());
        awaitSeals(5);
        pvm.kill();
        svm.kill(); // a secondary that lost its primary waits for a failover, its connection open
        running.get(1, TimeUnit.MINUTES);
      }
    }

    List<Event> seals = ofKind(Kind.CHECKPOINT_SEALED);
    assertThat(seals.subList(0, 5)).allMatch(seal -> seal.getSeal().getComplete());
    assertThat(seals.subList(1, 5)).allMatch(seal -> seal.getSeal().getPages() > 0);
    assertThat(events).noneMatch(event -> event.getKind() == Kind.OPAQUE);
  }

  @ParameterizedTest(name = "return path {0}")
  @ValueSource(booleans = {true, false})
  void aMigrationThatTheSecondaryCannotLoadIsRefusedWhetherItTellsOrNot(boolean returnPath)
      throws Exception {
    try (Qemu pvm = Qemu.startWith(program, folder, "pvm", "virtio-balloon-pci");
        Qemu svm = Qemu.start(program, folder, "svm", true)) {
      if (returnPath) {
        pvm.enable("return-path");
        svm.enable("return-path");
      }
      int port = svm.listen();
      try (Tap tap = Tap.listen(ANY_PORT, new HostPort("127.0.0.1", port), false)) {
        CompletableFuture<FeedEnd> running = record(tap);
        pvm.migrateTo(((HostPort) tap.address()).port());
        running.get(1, TimeUnit.MINUTES);
      }

      assertThat(svm.log()).contains("virtio-balloon");
    }

    MigrationEnd end = ofKind(Kind.RECORDING_END).getFirst().getEnd().getMigration();
    assertThat(end.getOutcome()).as(end.getReason()).isEqualTo(MigrationOutcome.REFUSED);
    assertThat(end.getBytes()).isPositive();
  }

  private CompletableFuture<FeedEnd> record(Tap tap) {
    Journaled journaled = new Journaled(folder.resolve("journal"), tap.sources());
    CompletableFuture<FeedEnd> published =
        CompletableFuture.supplyAsync(() -> journaled.publish(new Collector()), THREADS);
    CompletableFuture<Void> carried = CompletableFuture.runAsync(() -> tap.run(journaled), THREADS);
    return carried.thenCombine(published, (_, end) -> end);
  }

  private void awaitSeals(int count) throws InterruptedException {
    for (int i = 0; i < 1200 && ofKind(Kind.CHECKPOINT_SEALED).size() < count; i++) {
      Thread.sleep(50);
    }
    assertThat(ofKind(Kind.CHECKPOINT_SEALED)).hasSizeGreaterThanOrEqualTo(count);
  }

  private List<Event> ofKind(Kind kind) {
    synchronized (events) {
      return events.stream().filter(event -> event.getKind() == kind).toList();
    }
  }

  private byte[] rebuiltRam() {
    byte[] ram = new byte[Qemu.RAM_BYTES];
    for (Event event : ofKind(Kind.PAGE)) {
      Page page = event.getPage();
      if (page.getBlock().equals(Qemu.RAM_BLOCK)) {
        int length = page.getPages() * page.getPageSize();
        byte[] contents = new byte[length];
        if (page.getEncoding() == PageEncoding.RAW) {
          event.getWire().get(page.getDataStart(), contents);
        }
        System.arraycopy(contents, 0, ram, (int) page.getOffset(), length);
      }
    }
    return ram;
  }

  private final class Collector implements EventSink {
    @Override
    public void accept(Event event) {
      events.add(event);
    }

    @Override
    public void seal() {}

    @Override
    public void close() {}
  }
}
