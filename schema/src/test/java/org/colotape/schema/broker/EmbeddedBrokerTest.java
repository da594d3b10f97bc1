package org.colotape.schema.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.utils.internals.Exit;
import org.colotape.schema.ColotapeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedBrokerTest {
  @TempDir private Path home;

  @Test
  void whatWasMadeSurvivesARestart() throws Exception {
    String clusterId;
    try (EmbeddedBroker broker = EmbeddedBroker.open(home);
        Admin admin = admin(broker)) {
      clusterId = admin.describeCluster().clusterId().get();
      admin
          .createTopics(List.of(new NewTopic("kept", Optional.of(1), Optional.empty())))
          .all()
          .get();
    }

    try (EmbeddedBroker broker = EmbeddedBroker.open(home);
        Admin admin = admin(broker)) {
      assertThat(admin.describeCluster().clusterId().get()).isEqualTo(clusterId);
      assertThat(topics(broker)).containsExactly("kept");
    }
  }

  @Test
  void allFilesAreBelowTheBrokersFolder() throws IOException {
    EmbeddedBroker.open(home).close();

    try (var files = Files.list(home)) {
      assertThat(files).containsExactly(home.resolve("broker"));
    }
  }

  @Test
  void allWhoOpenAHomeInOneProcessShareItsBrokerUntilTheLastOneCloses() throws Exception {
    EmbeddedBroker first = EmbeddedBroker.open(home);
    EmbeddedBroker second = EmbeddedBroker.open(home);

    assertThat(second.bootstrapServers()).isEqualTo(first.bootstrapServers());

    first.close();
    first.close();
    assertThat(topics(second)).isEmpty();
    second.check();

    second.close();
    assertThatThrownBy(() -> topics(second)).isInstanceOf(Exception.class);
  }

  @Test
  void anotherProcessJoinsTheBrokerThatRuns() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.open(home)) {
      Process other = HomeUser.start(home);

      assertThat(HomeUser.address(other)).isEqualTo(broker.bootstrapServers());

      other.getOutputStream().close();
      assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void theOwnerWaitsForAProcessThatJoined() throws Exception {
    Process owner = HomeUser.start(home);
    String address = HomeUser.address(owner);
    try (EmbeddedBroker joined = EmbeddedBroker.open(home)) {
      assertThat(joined.bootstrapServers()).isEqualTo(address);

      owner.getOutputStream().close();

      assertThat(owner.waitFor(1, TimeUnit.SECONDS)).isFalse();
      assertThat(topics(joined)).isEmpty();
      joined.check();
    }
    assertThat(owner.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void anOwnerThatHasToWaitTellsForWhomFirst() throws Exception {
    EmbeddedBroker broker = EmbeddedBroker.open(home);
    Process visitor = HomeUser.start(home);
    try {
      HomeUser.address(visitor);
      CompletableFuture<String> told = new CompletableFuture<>();
      CompletableFuture<Void> closed =
          CompletableFuture.runAsync(() -> broker.close(told::complete));

      assertThat(told.get(10, TimeUnit.SECONDS))
          .contains(home.toString(), "in use by process " + visitor.pid(), "Ctrl-C");
      assertThat(closed).isNotDone();

      visitor.getOutputStream().close();
      closed.get(20, TimeUnit.SECONDS);
    } finally {
      visitor.destroyForcibly();
    }
  }

  @Test
  void aHomeWhoseOwnerWasKilledIsTakenOver() throws Exception {
    Process owner = HomeUser.start(home);
    String address = HomeUser.address(owner);
    EmbeddedBroker joined = EmbeddedBroker.open(home);

    owner.destroyForcibly().waitFor();

    assertThatThrownBy(joined::check)
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining("process " + owner.pid() + ", which ran it, has ended");
    joined.close();
    try (EmbeddedBroker next = EmbeddedBroker.open(home)) {
      assertThat(next.bootstrapServers()).isNotEqualTo(address);
      assertThat(topics(next)).isEmpty();
    }
  }

  @Test
  void kafkaCannotEndTheProcessAndTheBrokerSaysThatItTried() {
    try (EmbeddedBroker broker = EmbeddedBroker.open(home)) {
      assertThatCode(broker::check).doesNotThrowAnyException();

      assertThatThrownBy(() -> Exit.halt(1, "log directory is gone"))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(broker::check)
          .isInstanceOf(ColotapeException.class)
          .hasMessageStartingWith("the embedded broker has stopped: log directory is gone")
          .hasMessageContaining(home.resolve("broker").toString());
    }
  }

  @Test
  void aHomeThatCannotBeMadeIsNamed() throws IOException {
    Path file = Files.writeString(home.resolve("file"), "");

    assertThatThrownBy(() -> EmbeddedBroker.open(file.resolve("home")))
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("cannot use home")
        .hasMessageContaining(file.toString());
  }

  private static Set<String> topics(EmbeddedBroker broker) throws Exception {
    try (Admin admin = admin(broker)) {
      return admin.listTopics().names().get();
    }
  }

  private static Admin admin(EmbeddedBroker broker) {
    Map<String, Object> properties = new HashMap<>(broker.clientProperties());
    properties.putAll(Map.of("default.api.timeout.ms", 5000, "request.timeout.ms", 2000));
    return Admin.create(properties);
  }
}
