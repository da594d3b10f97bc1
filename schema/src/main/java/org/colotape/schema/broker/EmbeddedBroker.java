package org.colotape.schema.broker;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.files.OwnerOnly;

/**
 * The broker of a home directory, in use until it is closed.
 *
 * <p>The first process that opens a home runs its broker (real Kafka in KRaft mode, one node);
 * processes that open it meanwhile join that broker, and the first one waits for them when it
 * closes. Within a process all who open a home share one connection to it. The broker's data
 * survive: the next one that opens the home finds what was recorded.
 *
 * <p>Only the user who runs the broker gets in, whoever can connect to its ports: each run makes a
 * secret, which is in {@code home/broker/endpoint} as long as it runs. The file, which nobody else
 * can read, is one that Kafka's own tools take as {@code --command-config}.
 */
public final class EmbeddedBroker implements AutoCloseable {
  /**
   * Free space, in bytes, below which {@link #check} fails: room for what is on its way to the
   * broker and for its own files.
   */
  public static final long RESERVE = 128L << 20;

  private static final Map<Path, Shared> OPEN = new HashMap<>();

  private final Path folder;
  private final Shared shared;
  private final HomeBroker broker;
  private final FileStore disk;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedBroker(Path folder, Shared shared, FileStore disk) {
    this.folder = folder;
    this.shared = shared;
    this.broker = shared.broker;
    this.disk = disk;
  }

  /**
   * Starts the broker of a home, or joins the one that runs.
   *
   * @param home directory; made if it does not exist. The broker's files are in {@code home/broker}
   * @throws ColotapeException if the directory can't be used, is another user's or can be written
   *     by others, if the broker does not start, or the one that runs can't be joined
   */
  public static EmbeddedBroker open(Path home) {
    try {
      Path folder = OwnerOnly.home(OwnerOnly.home(home).resolve("broker"));
      FileStore disk = Files.getFileStore(folder);
      synchronized (OPEN) {
        Shared shared = OPEN.get(folder);
        if (shared == null || isGone(shared.broker)) {
          shared = new Shared(HomeBroker.open(folder));
          OPEN.put(folder, shared);
        }
        shared.users++;
        return new EmbeddedBroker(folder, shared, disk);
      }
    } catch (IOException e) {
      throw new ColotapeException(
          "cannot use home: " + e, home.toString(), "check its rights, or give another --home", e);
    }
  }

  /** True if the process that ran it has ended; this one's use of it is over then. */
  private static boolean isGone(HomeBroker broker) {
    boolean gone = broker instanceof JoinedBroker && broker.failure() != null;
    if (gone) {
      broker.letGo();
    }
    return gone;
  }

  /**
   * Says that this process can do without the broker for a while: another one that runs it need not
   * wait for this one, which opens the home again when the broker is gone.
   */
  public void letGo() {
    broker.letGo();
  }

  /** Address for Kafka clients, on the loopback interface. */
  public String bootstrapServers() {
    return broker.endpoint().bootstrapServers();
  }

  /**
   * All that a Kafka client needs to use the broker, with Kafka's own keys: the address, and the
   * login without which it lets nobody in. Printing it does not tell the secret.
   */
  public Map<String, Object> clientProperties() {
    return broker.endpoint().clientProperties();
  }

  /**
   * Checks that the broker can take more. Kafka gives up all its data directories when it can't
   * write to one, so writers call this every few megabytes and stop before that happens.
   *
   * @throws ColotapeException if less than {@link #RESERVE} is free, or if the broker has stopped
   *     by itself
   */
  public void check() {
    long free = freeSpace();
    if (free < RESERVE) {
      throw new ColotapeException(
          "disk is full: only " + (free >> 20) + " MiB left",
          folder.toString(),
          "free some space, delete recordings, or give another --home");
    }
    String failure = broker.failure();
    if (failure != null) {
      throw new ColotapeException(
          "the embedded broker has stopped: " + failure,
          folder.toString(),
          "see kafka.log there, then run the command again; what was acknowledged is readable");
    }
  }

  private long freeSpace() {
    try {
      return disk.getUsableSpace();
    } catch (IOException e) {
      throw new ColotapeException("cannot use home", folder.toString(), "check the disk", e);
    }
  }

  @Override
  public void close() {
    close(_ -> {});
  }

  /**
   * Ends this use; the last one of the process stops the broker, once no other process uses it.
   *
   * @param waits is told before it has to be waited for other processes, and for which
   */
  public void close(Consumer<String> waits) {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    synchronized (OPEN) {
      if (--shared.users == 0) {
        OPEN.remove(folder, shared);
        broker.close(waits);
      }
    }
  }

  /** The process's one connection to a home's broker, and how many use it. */
  private static final class Shared {
    private final HomeBroker broker;
    private int users;

    private Shared(HomeBroker broker) {
      this.broker = broker;
    }
  }
}
