package org.colotape.analyzer.diagnosis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.colotape.analyzer.conformance.Conformance;
import org.colotape.analyzer.conformance.Finding;
import org.colotape.analyzer.diagnosis.Fault.Confidence;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;

/** Finds what a side said out of turn, or did not say. */
final class OutOfTurn implements AutoCloseable {
  private final List<Finding> findings = new ArrayList<>();
  private final Conformance rules = Conformance.ofProtocol(1, findings::add);

  /** The last checkpoint whose blob began like a stream of its own, and its event; or -1. */
  private int wholeStream = -1;

  private long wholeStreamSeq;
  private int received = -1;
  private boolean answered;

  void see(Event event) {
    rules.accept(event);
    if (event.getKind() == Kind.STREAM_HEADER && event.getCheckpoint() > 0) {
      wholeStream = event.getCheckpoint();
      wholeStreamSeq = event.getSeq();
    } else if (event.getKind() == Kind.COLO_MESSAGE) {
      answered |= event.getDirection() == Direction.SVM_TO_PVM;
      if (event.getMessage().getType() == ColoMessageType.VMSTATE_RECEIVED) {
        received = event.getCheckpoint();
      }
    }
  }

  /** What was found; nothing more comes. */
  List<Fault> faults() {
    rules.seal();
    List<Fault> faults = new ArrayList<>();
    for (Finding finding : findings) {
      // that the last checkpoint of a pair stays unfinished is how recordings end
      if (!finding.rule().id().equals("colo-unanswered")) {
        faults.add(fault(finding.checkpoint(), finding.seq(), finding.text()));
      }
    }
    if (wholeStream > received && answered) {
      faults.add(
          fault(
              wholeStream,
              wholeStreamSeq,
              "the primary puts RAM into the device state, as QEMU 2.8 to 3.0 did, and the"
                  + " secondary did not confirm it"));
    }
    return faults;
  }

  @Override
  public void close() {
    rules.close();
  }

  private static Fault fault(int checkpoint, long seq, String text) {
    return new Fault(
        Cause.PROTOCOL_ORDER,
        checkpoint,
        -1,
        new LinkedHashMap<>(),
        List.of(seq),
        Confidence.CERTAIN,
        text);
  }
}
