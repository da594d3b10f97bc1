package org.colotape.analyzer.conformance;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.colotape.schema.event.ChannelEnd;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Opaque;
import org.colotape.schema.protocol.Round;
import org.colotape.schema.wire.MigrationCommand;

/** What could not be parsed, and where channels stop. */
final class UnparsedCheck implements Check {
  static final Rule CHANNEL =
      Rule.warning(
          "channel-unparsed",
          "A further channel is one of multifd or postcopy.",
          "migration/migration.c, migration_ioc_process_incoming");

  /** Nothing of an unfinished checkpoint may become visible: I5. */
  static final Rule CHECKPOINT_CUT =
      Rule.warning(
          "checkpoint-cut",
          "A stream ends between checkpoints, unless a side died or the link was cut (I5).",
          "migration/colo.c, colo_process_checkpoint");

  static final Rule MIGRATION_CUT =
      Rule.error(
          "migration-cut",
          "The initial migration is complete: without it there is no secondary.",
          "migration/savevm.c, qemu_loadvm_state");

  /** The guest runs on the secondary, but not all its pages are there. */
  static final Rule POSTCOPY_CUT =
      Rule.warning(
          "postcopy-cut",
          "A connection that is lost in postcopy is replaced by another, or the guest is lost.",
          "migration/migration.c, postcopy_pause");

  static final Rule REQUEST_LAST =
      Rule.info(
          "request-last",
          "A stream that ends on purpose does not end behind a REQUEST.",
          "migration/colo.c, colo_do_checkpoint_transaction");

  static final Rule RETURN_CUT =
      Rule.warning(
          "return-cut",
          "A return path ends with a whole message, unless a side died or the link was cut.",
          "migration/migration.c, source_return_path_thread");

  static final Rule CHANNEL_CUT =
      Rule.warning(
          "channel-cut",
          "A multifd channel ends with a whole packet, unless a side died or the link was cut.",
          "migration/multifd.c, multifd_recv_thread");

  static final List<Rule> RULES =
      List.of(
          CHANNEL,
          CHECKPOINT_CUT,
          MIGRATION_CUT,
          POSTCOPY_CUT,
          REQUEST_LAST,
          RETURN_CUT,
          CHANNEL_CUT);

  private static final int MOST_CHANNELS = 1 << 10;

  /** Where a run of opaque events in a channel and direction reaches, and why it is one. */
  private record Run(long end, String reason) {}

  private final Facts facts;
  private final Map<String, Run> runs = new HashMap<>();
  private ColoMessageType message = ColoMessageType.UNKNOWN;

  private boolean postcopy;

  private final Round round = new Round();

  UnparsedCheck(Facts facts) {
    this.facts = facts;
  }

  @Override
  public void see(Event event, Findings findings) {
    round.see(event);
    switch (event.getKind()) {
      case OPAQUE -> opaque(event, event.getOpaque(), findings);
      case CHANNEL_END -> end(event, event.getChannelEnd(), findings);
      default -> {
        if (Facts.isMain(event)) {
          follow(event);
        }
      }
    }
  }

  private void follow(Event event) {
    switch (event.getKind()) {
      case COLO_MESSAGE -> message = event.getMessage().getType();
      case MIG_COMMAND -> postcopy |= MigrationCommand.POSTCOPY_RUN.is(event);
      default -> {}
    }
  }

  private void opaque(Event event, Opaque opaque, Findings findings) {
    String key = event.getChannel() + " " + event.getDirection();
    Run before = runs.get(key);
    boolean goesOn =
        before != null
            && before.end == event.getStreamOffset()
            && before.reason.equals(opaque.getReason());
    if (before != null || runs.size() < MOST_CHANNELS) {
      runs.put(key, new Run(event.getStreamOffset() + Bytes.length(event), opaque.getReason()));
    }
    if (goesOn || opaque.getCut()) {
      return;
    }
    if (event.getChannel() > 0 && event.getStreamOffset() == 0) {
      findings.add(CHANNEL, event, opaque.getReason());
    } else {
      findings.add(Diagnosis.of(event, facts), event, opaque.getReason());
    }
  }

  private void end(Event event, ChannelEnd end, Findings findings) {
    if (event.getDirection() == Direction.SVM_TO_PVM) {
      if (!end.getAtBoundary()) {
        findings.add(
            RETURN_CUT, event, "ends in the middle of a message (" + end.getReason() + ")");
      }
    } else if (event.getChannel() > 0) {
      if (!end.getAtBoundary()) {
        findings.add(
            CHANNEL_CUT, event, "ends in the middle of a packet (" + end.getReason() + ")");
      }
    } else if (!round.mayEnd() || round.stage() == Round.Stage.REQUESTED) {
      mainEnd(event, end, findings);
    }
  }

  private void mainEnd(Event event, ChannelEnd end, Findings findings) {
    Kind last = facts.last;
    String behind = last == Kind.UNKNOWN ? "with nothing" : "behind " + last;
    if (postcopy) {
      findings.add(
          POSTCOPY_CUT, event, "ends %s in postcopy (%s)".formatted(behind, end.getReason()));
    } else if (message == ColoMessageType.UNKNOWN) {
      findings.add(
          MIGRATION_CUT,
          event,
          "the initial migration ends %s (%s)".formatted(behind, end.getReason()));
    } else if (message == ColoMessageType.CHECKPOINT_REQUEST && last == Kind.COLO_MESSAGE) {
      findings.add(REQUEST_LAST, event, "a checkpoint was requested that never came");
    } else {
      findings.add(
          CHECKPOINT_CUT,
          event,
          "ends in checkpoint %d, %s (%s): the secondary must drop what came of it"
              .formatted(event.getCheckpoint(), behind, end.getReason()));
    }
  }
}
