package org.colotape.schema.broker;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.utils.internals.Exit;
import org.jspecify.annotations.Nullable;

/**
 * Stands where Kafka would end the JVM: a broker whose disk fails calls {@code Exit.halt}, which
 * would take the recorder with it. Kafka does not say which broker of the process it was, so all
 * that run take it as theirs.
 */
final class BrokerHalt implements AutoCloseable {
  private static final Set<BrokerHalt> WATCHING = ConcurrentHashMap.newKeySet();

  private volatile @Nullable String reason;

  private BrokerHalt() {}

  /** Begins to watch; from the first call on, Kafka can't end this JVM any more. */
  static BrokerHalt watch() {
    Exit.setExitProcedure(BrokerHalt::refuse);
    Exit.setHaltProcedure(BrokerHalt::refuse);
    BrokerHalt halt = new BrokerHalt();
    WATCHING.add(halt);
    return halt;
  }

  /** Why Kafka wanted to end the process, or null if it did not. */
  @Nullable String reason() {
    return reason;
  }

  @Override
  public void close() {
    WATCHING.remove(this);
  }

  private static void refuse(int status, @Nullable String message) {
    String reason = message == null ? "Kafka gave up with exit code " + status : message;
    WATCHING.forEach(halt -> halt.reason = reason);
    // Kafka's code relies on it that the call does not return: the thread that called ends here.
    throw new IllegalStateException(reason);
  }
}
