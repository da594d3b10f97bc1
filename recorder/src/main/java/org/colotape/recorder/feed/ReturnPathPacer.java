package org.colotape.recorder.feed;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.protocol.Round;
import org.jspecify.annotations.Nullable;

/**
 * Merges the return path of a captured migration into the events of its main stream. The files do
 * not say when a byte was sent, but the protocol does: the secondary is READY before the first
 * REQUEST, and answers a REQUEST with REPLY and a blob with RECEIVED and LOADED (QEMU
 * migration/colo.c, colo_do_checkpoint_transaction). Answers that don't fit stay behind, at the
 * latest until the end.
 */
final class ReturnPathPacer implements Consumer<Event> {
  /** The primary requests only when all answers to the checkpoint before have come. */
  private static final Set<ColoMessageType> BEFORE_REQUEST =
      EnumSet.complementOf(EnumSet.of(ColoMessageType.CHECKPOINT_REPLY));

  private static final Set<ColoMessageType> BEHIND_REQUEST =
      EnumSet.of(ColoMessageType.CHECKPOINT_REPLY);
  private static final Set<ColoMessageType> BEHIND_STATE =
      EnumSet.of(ColoMessageType.VMSTATE_RECEIVED, ColoMessageType.VMSTATE_LOADED);

  private final Consumer<Event> session;
  private final ReturnPathFile returnPath;
  private final Round round = new Round();

  /**
   * @param session takes the merged events
   * @param returnPath the return path's events
   */
  ReturnPathPacer(Consumer<Event> session, ReturnPathFile returnPath) {
    this.session = session;
    this.returnPath = returnPath;
  }

  /** Takes an event of the main stream. */
  @Override
  public void accept(Event event) {
    ColoMessageType message = messageOf(event);
    if (message == ColoMessageType.CHECKPOINT_REQUEST) {
      passOn(BEFORE_REQUEST, ColoMessageType.UNKNOWN);
    }
    session.accept(event);
    boolean arrived = round.hasArrived();
    round.see(event);
    if (message == ColoMessageType.CHECKPOINT_REQUEST) {
      passOn(BEHIND_REQUEST, ColoMessageType.CHECKPOINT_REPLY);
    } else if (round.hasArrived() && !arrived) {
      passOn(BEHIND_STATE, ColoMessageType.VMSTATE_LOADED);
    }
  }

  /** Passes on what is left of the return path. */
  void end() {
    for (Event event = returnPath.next(); event != null; event = returnPath.next()) {
      session.accept(event);
    }
  }

  /**
   * Passes on answers up to {@code last}; one that belongs to a later place in the protocol stays.
   */
  private void passOn(Set<ColoMessageType> allowed, ColoMessageType last) {
    @Nullable Event answer = returnPath.peek();
    while (answer != null && mayPass(answer, allowed)) {
      returnPath.next();
      session.accept(answer);
      boolean done = answer.getKind() == Kind.COLO_MESSAGE && messageOf(answer) == last;
      answer = done ? null : returnPath.peek();
    }
  }

  private static boolean mayPass(Event answer, Set<ColoMessageType> allowed) {
    return switch (answer.getKind()) {
      case COLO_MESSAGE -> allowed.contains(messageOf(answer));
      case CHANNEL_END -> false;
      default -> true;
    };
  }

  private static ColoMessageType messageOf(Event event) {
    return event.getKind() == Kind.COLO_MESSAGE
        ? event.getMessage().getType()
        : ColoMessageType.UNKNOWN;
  }
}
