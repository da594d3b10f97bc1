package org.colotape.schema.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.colotape.schema.ColotapeException;
import org.jspecify.annotations.Nullable;

/** The broker that this process runs for a home. */
final class OwnedBroker implements HomeBroker {
  /**
   * Another program may take a port between the moment it was found free and the broker's start.
   */
  private static final int ATTEMPTS = 3;

  private final Path folder;
  private final HomeLock lock;
  private final BrokerHalt halt;
  private final KafkaRaftServer server;
  private final Endpoint endpoint;

  private OwnedBroker(
      Path folder, HomeLock lock, BrokerHalt halt, KafkaRaftServer server, Endpoint endpoint) {
    this.folder = folder;
    this.lock = lock;
    this.halt = halt;
    this.server = server;
    this.endpoint = endpoint;
  }

  /**
   * Starts Kafka on free ports.
   *
   * @param lock stays with the broker; closed here if the start fails
   */
  static OwnedBroker start(Path folder, HomeLock lock) throws IOException {
    BrokerLog.into(folder.resolve("kafka.log"));
    BrokerHalt halt = BrokerHalt.watch();
    try {
      Files.deleteIfExists(Endpoint.file(folder));
      BrokerStorage.format(folder);
      DeletedTopics.purge(BrokerSettings.data(folder));
      HomeLogin login = HomeLogin.fresh();
      for (int attempt = 1; ; attempt++) {
        int[] ports = freePorts();
        KafkaRaftServer server = startServer(folder, ports, login, attempt == ATTEMPTS);
        if (server != null) {
          Endpoint endpoint = new Endpoint(ports[0], ProcessHandle.current().pid(), login);
          endpoint.write(Endpoint.file(folder));
          return new OwnedBroker(folder, lock, halt, server, endpoint);
        }
      }
    } catch (IOException | RuntimeException e) {
      halt.close();
      lock.close();
      throw e;
    }
  }

  private static @Nullable KafkaRaftServer startServer(
      Path folder, int[] ports, HomeLogin login, boolean last) {
    KafkaConfig config =
        KafkaConfig.fromProps(BrokerSettings.of(folder, ports[0], ports[1], login), false);
    KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
    try {
      server.startup();
      return server;
    } catch (RuntimeException e) {
      server.shutdown();
      if (!last) {
        return null;
      }
      throw new ColotapeException(
          "the embedded broker does not start: " + e.getMessage(),
          folder.toString(),
          "see kafka.log there, and check the folder's rights and free space",
          e);
    }
  }

  private static int[] freePorts() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket first = new ServerSocket(0, 1, loopback);
        ServerSocket second = new ServerSocket(0, 1, loopback)) {
      return new int[] {first.getLocalPort(), second.getLocalPort()};
    }
  }

  @Override
  public Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public @Nullable String failure() {
    return halt.reason();
  }

  /** Waits until no other process uses the broker, then stops it. */
  @Override
  public void close(Consumer<String> waits) {
    try (lock) {
      Files.deleteIfExists(Endpoint.file(folder));
      HomeLock.awaitVisitors(folder, waits);
      server.shutdown();
      halt.close();
      DeletedTopics.purge(BrokerSettings.data(folder));
    } catch (IOException e) {
      throw new ColotapeException(
          "cannot close the broker", folder.toString(), "check the folder and its rights", e);
    }
  }
}
