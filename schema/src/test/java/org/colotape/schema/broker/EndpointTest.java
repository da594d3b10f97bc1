package org.colotape.schema.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.stream.Stream;
import org.colotape.schema.ColotapeException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How one process tells others of the same user where the home's broker is. */
@Timeout(60)
final class EndpointTest {
  @TempDir private Path home;
  private Path folder;
  private Path file;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectory(home.resolve("broker"));
    file = Endpoint.file(folder);
  }

  @Test
  void whatOneProcessWritesAnotherReads() throws IOException {
    Endpoint written = new Endpoint(4711, 12, HomeLogin.fresh());

    written.write(file);

    assertThat(Endpoint.read(file)).isEqualTo(written);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void noFileIsNoEndpoint() throws IOException {
    assertThat(Endpoint.read(file)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bootstrap.servers=127.0.0.1:1\n",
        "\\u00",
        "127.0.0.1:99\n",
      })
  void aFileThatDoesNotSayHowToLogInIsTold(String text) throws IOException {
    SecretFile.write(file, text);

    assertDamaged();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SCRAM-SHA-256",
        "SASL_PLAINTEXT",
        "password=\"",
        "127.0.0.1",
        "colotape.pid=",
        "username"
      })
  void aFileOfAnotherFormIsTold(String part) throws IOException {
    new Endpoint(4711, 12, HomeLogin.fresh()).write(file);
    String text = Files.readString(file);
    assertThat(text).contains(part);

    SecretFile.write(file, text.replace(part, "x" + part));

    assertDamaged();
  }

  private void assertDamaged() {
    assertThatThrownBy(() -> Endpoint.read(file))
        .isInstanceOf(ColotapeException.class)
        .hasMessage(
            "the file does not say how to log in to the home's broker: it is damaged, or of"
                + " another version of Colotape (%s): end the command that uses the home, and run"
                + " again: the next one writes it anew",
            file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-"})
  void aFileThatIsOpenToOthersIsTold(String rights) throws IOException {
    new Endpoint(4711, 12, HomeLogin.fresh()).write(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));

    assertThatThrownBy(() -> Endpoint.read(file))
        .isInstanceOf(ColotapeException.class)
        .hasMessage(
            "other users can read or write the file that says how to log in to the home's broker"
                + " (%s): end the commands that use the home, and run again: the next one makes a"
                + " new secret",
            file);
  }

  @Test
  void aFileOfAnotherUserIsTold() throws IOException {
    new Endpoint(4711, 12, HomeLogin.fresh()).write(file);
    try {
      Files.setAttribute(file, "unix:uid", 65534);
    } catch (IOException e) {
      assumeTrue(false, "only root can give a file away");
    }

    assertThatThrownBy(() -> Endpoint.read(file))
        .isInstanceOf(ColotapeException.class)
        .hasMessage(
            "the home's broker belongs to another user, uid 65534 (%s): run the command as that"
                + " user, or give another --home",
            file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "bootstrap.servers=127.0.0.1:4711\n"})
  void aDamagedFileIsReplacedByTheNextWhoRunsTheBroker(String text) throws IOException {
    Files.writeString(file, text);

    try (EmbeddedBroker broker = EmbeddedBroker.open(home)) {
      assertThat(Endpoint.read(file)).isNotNull();
      broker.check();
    }
  }

  @Test
  void eachRunOfTheBrokerMakesASecretOfItsOwnAndLeavesNoneBehind() throws IOException {
    Endpoint first;
    try (EmbeddedBroker _ = EmbeddedBroker.open(home)) {
      first = Objects.requireNonNull(Endpoint.read(file));
    }
    assertThat(file).doesNotExist();

    try (EmbeddedBroker _ = EmbeddedBroker.open(home)) {
      assertThat(Objects.requireNonNull(Endpoint.read(file)).login())
          .isNotNull()
          .isNotEqualTo(first.login());
    }
  }

  @Test
  void aBrokerOfAnOlderVersionThatRunsIsNotJoined() throws Exception {
    HomeLock lock = HomeLock.own(folder);
    try (lock;
        ServerSocket older = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Files.writeString(file, "127.0.0.1:%d%n4711%n".formatted(older.getLocalPort()));

      assertThatThrownBy(() -> JoinedBroker.join(folder))
          .isInstanceOf(ColotapeException.class)
          .hasMessage(
              "the home's broker is of an older version of Colotape, which lets every local user"
                  + " in (%s, process 4711): end that process, or wait until it ends, and run"
                  + " again",
              home);
    }
    // and it is not held up by a visitor
    HomeLock.awaitVisitors(
        folder,
        waits -> {
          throw new AssertionError(waits);
        });
  }

  @Test
  void whatAnOlderVersionLeftBehindIsReplaced() throws IOException {
    Files.writeString(file, "127.0.0.1:1\n4711\n");
    assertThat(JoinedBroker.join(folder)).isNull();

    try (EmbeddedBroker broker = EmbeddedBroker.open(home)) {
      assertThat(Endpoint.read(file))
          .isNotNull()
          .returns(broker.bootstrapServers(), Endpoint::bootstrapServers)
          .extracting(Endpoint::login)
          .isNotNull();
    }
  }
}
