package org.colotape.schema.kafka;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.colotape.schema.ColotapeException;

/** Tells the user what a failure of Kafka's clients means. */
final class KafkaFailures {
  private KafkaFailures() {}

  /** What wraps the failure removed, as futures and client constructors wrap it. */
  static Throwable cause(Throwable failure) {
    Throwable cause = failure.getCause();
    boolean wrapped =
        failure instanceof ExecutionException
            || failure instanceof CompletionException
            || failure.getClass() == org.apache.kafka.common.KafkaException.class;
    return wrapped && cause != null ? cause(cause) : failure;
  }

  /**
   * The failure as one that the user can act on.
   *
   * @param where broker's address or topic
   */
  static ColotapeException explain(Throwable failure, String where) {
    Throwable cause = cause(failure);
    return switch (cause) {
      case ColotapeException e -> e;
      case ConfigException e ->
          new ColotapeException(
              "not usable as Kafka configuration: " + e.getMessage(),
              where,
              "correct --bootstrap-server or the file of --kafka-config",
              e);
      case AuthenticationException e ->
          new ColotapeException(
              "broker refuses the login: " + e.getMessage(),
              where,
              "correct the security settings in the file of --kafka-config",
              e);
      case AuthorizationException e ->
          new ColotapeException(
              "not allowed: " + e.getMessage(),
              where,
              "ask for rights on the topics with prefix 'colotape.'",
              e);
      case RecordTooLargeException e ->
          new ColotapeException(
              "event is too large for the cluster: " + e.getMessage(),
              where,
              "raise max.message.bytes and max.request.size to "
                  + ClientSettings.MAX_MESSAGE
                  + " or more",
              e);
      case KafkaStorageException e ->
          new ColotapeException(
              "broker can't write to its disk", where, "check the broker's log and disks", e);
      case UnknownTopicOrPartitionException e ->
          new ColotapeException(
              "topics of the recording are gone",
              where,
              "they were deleted with other tools: remove the rest with 'colotape delete'",
              e);
      case OffsetOutOfRangeException e ->
          new ColotapeException(
              "events are missing: " + e.getMessage(),
              where,
              "retention or another program has removed records; record again",
              e);
      case OutOfMemoryError e ->
          new ColotapeException(
              "a record, or a batch of them, is larger than memory",
              where,
              "no recorder writes such: delete the recording; or give the JVM more, for example"
                  + " COLOTAPE_JAVA_OPTS=-Xmx4g",
              e);
      case RetriableException e ->
          new ColotapeException(
              "broker does not answer", where, "check that it runs and can be reached", e);
      default ->
          new ColotapeException(
              "Kafka failed: " + (cause.getMessage() == null ? cause : cause.getMessage()),
              where,
              "see the broker's log",
              cause);
    };
  }
}
