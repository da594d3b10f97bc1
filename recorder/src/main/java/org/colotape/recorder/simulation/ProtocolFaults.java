package org.colotape.recorder.simulation;

import org.colotape.schema.event.ColoMessageType;

/** What a side can say wrongly, too early, or not at all. */
final class ProtocolFaults {
  private ProtocolFaults() {}

  /** The primary puts the RAM where its secondary does not look for it. */
  static final class OldLayout extends Behaviour {
    @Override
    boolean putsRamIntoBlob() {
      if (isDue()) {
        damage().protocol();
      }
      return isDue();
    }
  }

  /** The secondary goes on as if nothing had happened when it should take over. */
  static final class AnswersAfterFailover extends Behaviour {
    @Override
    void failedOver() {
      damage().protocol();
      pair().link().secondaryAdds(ColoMessageType.VMSTATE_LOADED);
    }
  }

  /** The primary lets its packets, and its pages, go before the secondary has stopped. */
  static final class SendsTooEarly extends Behaviour {
    @Override
    boolean waitsForReply() {
      if (isDue()) {
        damage().protocol();
      }
      return !isDue();
    }
  }

  /** One burst of notifications makes two checkpoints. */
  static final class Burst extends Behaviour {
    @Override
    boolean requestsAgain() {
      return pair().checkpoint() == scene().from();
    }
  }

  /** The secondary never gets ready. */
  static final class NeverReady extends Behaviour {
    @Override
    boolean says(ColoMessageType message) {
      damage().protocol();
      return false;
    }
  }

  /** The secondary has no such device. */
  static final class RefusesLoad extends Behaviour {
    @Override
    boolean refusesLoad() {
      damage().protocol();
      return true;
    }
  }

  /** The secondary confirms what it has not got. */
  static final class ReceivedTooEarly extends Behaviour {
    @Override
    boolean saysReceivedEarly() {
      if (isDue()) {
        damage().protocol();
      }
      return isDue();
    }
  }
}
