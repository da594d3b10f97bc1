package org.colotape.schema.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.colotape.schema.broker.Visitor.BROKER;
import static org.colotape.schema.broker.Visitor.CONTROLLER;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.DeleteTopicsRequest;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Event;
import org.colotape.schema.files.User;
import org.colotape.schema.fixture.ImpatientClient;
import org.colotape.schema.kafka.KafkaLog;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.SampleEvents;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** While a home's broker runs, in another process, only its owner gets in, on all its ports. */
@Timeout(120)
final class BrokerAccessTest {
  private static final Set<String> TOPICS = Set.of(Visitor.TOPIC, Visitor.DOOMED);
  private static final List<String> ALL_OF_THE_BROKER =
      List.of(
          "describe the cluster",
          "reconfigure",
          "list topics",
          "read the configuration",
          "delete a topic",
          "read a topic");
  private static final List<String> ALL_OF_THE_CONTROLLER =
      List.of("describe the cluster", "reconfigure");

  @TempDir static Path home;
  private static Process owner;
  private static EmbeddedBroker joined;
  private static int port;
  private static int controllerPort;

  @BeforeAll
  static void start() throws Exception {
    // as much in the log as there can be
    owner = HomeUser.start(home, "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace");
    String address = HomeUser.address(owner);
    joined = EmbeddedBroker.open(home);
    port = port(address);
    controllerPort =
        ListeningPorts.of(owner.pid()).stream()
            .filter(other -> other != port)
            .findFirst()
            .orElseThrow();
  }

  @AfterAll
  static void stop() throws Exception {
    joined.close();
    owner.getOutputStream().close();
    assertThat(owner.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }

  @BeforeEach
  void fillTopics() throws Exception {
    try (Admin admin = Admin.create(joined.clientProperties());
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                joined.clientProperties(), new ByteArraySerializer(), new ByteArraySerializer())) {
      Set<String> missing = new HashSet<>(TOPICS);
      missing.removeAll(admin.listTopics().names().get());
      admin
          .createTopics(
              missing.stream()
                  .map(topic -> new NewTopic(topic, Optional.of(1), Optional.empty()))
                  .toList())
          .all()
          .get();
      byte[] keys = "keys".getBytes(StandardCharsets.UTF_8);
      producer.send(new ProducerRecord<>(Visitor.TOPIC, keys)).get();
    }
  }

  @Test
  void theBrokerListensOnNoOtherPorts() throws IOException {
    assertThat(ListeningPorts.of(owner.pid())).containsExactlyInAnyOrder(port, controllerPort);
  }

  @Test
  void whoHasTheSecretMayDoAll() {
    assertThat(comeTo(CONTROLLER, login())).isEqualTo(ALL_OF_THE_CONTROLLER);
    assertThat(comeTo(BROKER, login())).isEqualTo(ALL_OF_THE_BROKER);
  }

  @ParameterizedTest
  @ValueSource(strings = {BROKER, CONTROLLER})
  void whoHasNoSecretMayDoNothing(String door) throws Exception {
    assertThat(comeTo(door, Map.of())).isEmpty();
    assertNothingIsLost();
  }

  @ParameterizedTest
  @ValueSource(strings = {BROKER, CONTROLLER})
  void whoHasAWrongSecretMayDoNothing(String door) throws Exception {
    assertThat(comeTo(door, HomeLogin.fresh().forClients())).isEmpty();
    assertNothingIsLost();
  }

  @ParameterizedTest
  @ValueSource(strings = {BROKER, CONTROLLER})
  void whoHasTheSecretButAnotherNameMayDoNothing(String door) throws Exception {
    Map<String, Object> login = new HashMap<>(secret().asText());
    login.computeIfPresent(
        "sasl.jaas.config",
        (key, jaas) -> jaas.toString().replace('"' + HomeLogin.USER + '"', "\"admin\""));
    assertThat(comeTo(door, login)).isEmpty();
    assertNothingIsLost();
  }

  /** What Kafka's clients would not send to that port, another program may. */
  @ParameterizedTest
  @ValueSource(strings = {BROKER, CONTROLLER})
  void aBareRequestIsNotEvenAnswered(String door) throws Exception {
    short version = 6;
    DeleteTopicsRequestData delete =
        new DeleteTopicsRequestData()
            .setTopics(List.of(new DeleteTopicState().setName(Visitor.DOOMED)))
            .setTimeoutMs(1000);
    ByteBuffer bytes =
        new DeleteTopicsRequest.Builder(delete)
            .build(version)
            .serializeWithHeader(new RequestHeader(ApiKeys.DELETE_TOPICS, version, "visitor", 1));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), portOf(door))) {
      socket.setSoTimeout(20_000);
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.writeInt(bytes.remaining());
      out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
      assertThat(end(socket)).isTrue();
    }
    assertNothingIsLost();
  }

  private static boolean end(Socket socket) throws IOException {
    try {
      return new DataInputStream(socket.getInputStream()).read() == -1;
    } catch (SocketException e) {
      return true; // reset
    }
  }

  @Test
  void nobodyElseCanReadTheSecret() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(endpoint())))
        .isEqualTo("rw-------");
  }

  @Test
  void theSecretIsInNoOtherFileNorWhereProcessesAreListed() throws IOException {
    String secret = secret().secret();
    // they are told whatever happens
    var _ = comeTo(BROKER, HomeLogin.fresh().forClients());
    assertThat(home.resolve("broker").resolve("kafka.log")).content().contains("TRACE");
    List<Path> told = new ArrayList<>();
    try (Stream<Path> files = Files.walk(home)) {
      files.filter(Files::isRegularFile).forEach(told::add);
    }
    assertThat(told).contains(endpoint());
    told.remove(endpoint());
    Path process = Path.of("/proc", Long.toString(owner.pid()));
    told.addAll(List.of(process.resolve("cmdline"), process.resolve("environ")));
    for (Path file : told) {
      assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
          .as(file.toString())
          .doesNotContain(secret);
    }
  }

  @Test
  void printingWhatClientsNeedDoesNotTellTheSecret() throws IOException {
    String secret = secret().secret();
    assertThat(joined.clientProperties().toString()).contains("hidden").doesNotContain(secret);
    assertThat(String.valueOf(Endpoint.read(endpoint()))).doesNotContain(secret);
  }

  /** A broker may be killed, and its clients come back to its port by themselves. */
  @Test
  void whoTakesOverThePortOfABrokerIsToldNothing(@TempDir Path other) throws Exception {
    Process killed = HomeUser.start(other);
    try {
      int taken = port(HomeUser.address(killed));
      HomeLogin login = secret(other);
      List<Event> events = SampleEvents.recording(1, 1, 10);
      try (EmbeddedBroker broker = EmbeddedBroker.open(other);
          KafkaLog log = KafkaLog.connect(ImpatientClient.of(broker));
          EventSink sink = log.create("memory", events.getFirst().getRecording(), 1)) {
        sink.accept(events.getFirst());
        killed.destroyForcibly().waitFor();
        try (FalseBroker stranger = FalseBroker.start(taken)) {
          assertThatThrownBy(() -> log.list()).isInstanceOf(ColotapeException.class);
          assertThatThrownBy(
                  () -> {
                    events.subList(1, events.size()).forEach(sink::accept);
                    sink.seal();
                  })
              .isInstanceOf(ColotapeException.class);

          assertToldNothing(stranger, login);
          assertThatThrownBy(broker::check)
              .isInstanceOf(ColotapeException.class)
              .hasMessageContaining("process " + killed.pid() + ", which ran it, has ended");
        }
      }
    } finally {
      killed.destroyForcibly().waitFor();
    }
  }

  @Test
  void aBrokerThatDoesNotKnowTheSecretIsNotJoined(@TempDir Path other) throws Exception {
    Process user = HomeUser.start(other);
    try {
      int taken = port(HomeUser.address(user));
      HomeLogin login = secret(other);
      int free;
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        free = socket.getLocalPort();
      }
      assertThat(free).isNotEqualTo(taken);
      new Endpoint(free, user.pid(), login).write(Visitor.endpoint(other));
      try (FalseBroker stranger = FalseBroker.start(free)) {
        assertThatThrownBy(() -> KafkaLog.embedded(other))
            .isInstanceOf(ColotapeException.class)
            .hasMessage(
                "what listens on the port of the home's broker does not know its secret"
                    + " (127.0.0.1:%d): end the commands that use the home, and run again",
                free);

        assertToldNothing(stranger, login);
      }
    } finally {
      user.destroyForcibly().waitFor();
    }
  }

  private static void assertToldNothing(FalseBroker stranger, HomeLogin login) {
    assertThat(stranger.requests())
        .contains(ApiKeys.SASL_AUTHENTICATE)
        .isSubsetOf(ApiKeys.API_VERSIONS, ApiKeys.SASL_HANDSHAKE, ApiKeys.SASL_AUTHENTICATE);
    assertThat(stranger.told()).contains(HomeLogin.USER).doesNotContain(login.secret());
  }

  @Test
  void anotherUserOfTheMachineCanNeitherReadTheSecretNorDoAnything(@TempDir Path folder)
      throws Exception {
    assumeTrue(User.own() == 0, "only root can start a program as another user");
    open(home);
    open(home.resolve("broker"));
    open(folder);
    for (Class<?> type : List.of(Admin.class, org.slf4j.Logger.class)) {
      Path jar = Path.of(URI.create(location(type)));
      Files.copy(jar, folder.resolve(jar.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }
    Path classes = folder;
    for (String name : Visitor.class.getPackageName().split("\\.", -1)) {
      classes = Files.createDirectories(classes.resolve(name));
      open(classes);
    }
    String file = Visitor.class.getSimpleName() + ".class";
    Files.copy(
        Path.of(URI.create(location(Visitor.class)))
            .resolve(Visitor.class.getName().replace('.', '/') + ".class"),
        classes.resolve(file));

    assertThat(visit(folder, "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"))
        .containsExactly("end");
    assertNothingIsLost();
    List<String> all = new ArrayList<>(List.of("read the secret"));
    all.addAll(ALL_OF_THE_BROKER);
    all.addAll(ALL_OF_THE_CONTROLLER);
    all.add("end");
    assertThat(visit(folder)).isEqualTo(all);
  }

  private static List<String> visit(Path folder, String... as) throws Exception {
    List<String> command = new ArrayList<>(List.of(as));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", folder + "/*:" + folder, Visitor.class.getName()));
    command.addAll(
        List.of(home.toString(), Integer.toString(port), Integer.toString(controllerPort)));
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var out = process.inputReader()) {
      return out.lines().toList();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static String location(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation().toString();
  }

  private static void open(Path folder) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static List<String> comeTo(String door, Map<String, Object> login) {
    return Visitor.comeTo(door, portOf(door), login);
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  private static int portOf(String door) {
    return door.equals(BROKER) ? port : controllerPort;
  }

  private static Map<String, Object> login() {
    Map<String, Object> login = new HashMap<>(joined.clientProperties());
    login.remove(BROKER);
    return login;
  }

  private static Path endpoint() {
    return Visitor.endpoint(home);
  }

  private static HomeLogin secret() throws IOException {
    return secret(home);
  }

  private static HomeLogin secret(Path home) throws IOException {
    Endpoint endpoint = Objects.requireNonNull(Endpoint.read(Visitor.endpoint(home)));
    return Objects.requireNonNull(endpoint.login());
  }

  private static void assertNothingIsLost() throws Exception {
    try (Admin admin = Admin.create(joined.clientProperties())) {
      assertThat(admin.listTopics().names().get()).isEqualTo(TOPICS);
    }
  }
}
