package org.colotape.recorder.simulation;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.colotape.recorder.feed.ChannelOrder;
import org.colotape.recorder.session.CheckpointObserver;
import org.colotape.recorder.session.RecordingSession;
import org.colotape.recorder.stream.ByteParser;
import org.colotape.recorder.stream.ReturnPathParser;
import org.colotape.schema.event.Closing;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Observation;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingStart;
import org.colotape.schema.log.EventSink;

/** Records a pair as its bytes and observations come, on the ordinary way of bytes. */
final class RecordedPair implements PairOutput {
  /** The beginning of 2026: a simulation's clock starts there. */
  private static final long BEGIN = 1_767_225_600_000_000_000L;

  private static final int MULTIFD_CHANNELS = 2;

  private final RecordingSession session;

  /** The parsers of channels 0, 1, ..., PVM to SVM. */
  private final List<ByteParser> channels = new ArrayList<>();

  private final ByteParser returnPath;
  private long now = BEGIN;

  RecordedPair(EventSink sink, RecordingId id, String name, boolean multifd) {
    int further = multifd ? MULTIFD_CHANNELS : 0;
    List<String> sources = new ArrayList<>();
    for (int i = 0; i <= further; i++) {
      sources.add("channel " + i + ", PVM to SVM: simulated pair");
    }
    sources.add("channel 0, SVM to PVM: simulated pair");
    RecordingStart start =
        RecordingStart.newBuilder()
            .setName(name)
            .setRecorder("colotape simulation")
            .setSources(sources)
            .setReturnPath(true)
            .build();
    session = new RecordingSession(sink, id, start, () -> now, CheckpointObserver.NONE);
    ChannelOrder order =
        new ChannelOrder(session, session.capabilities(), ChannelOrder.Pace.AS_RECEIVED);
    channels.add(order.main());
    for (int i = 1; i <= further; i++) {
      channels.add(order.add(i));
    }
    returnPath = new ReturnPathParser(0, session);
  }

  @Override
  public void sent(int channel, Direction direction, ByteBuffer bytes) {
    session.bytesArrived();
    (direction == Direction.PVM_TO_SVM ? channels.get(channel) : returnPath).feed(bytes);
  }

  @Override
  public void observed(Observation observation) {
    Event event = new Event();
    event.setKind(Kind.OBSERVATION);
    event.setObservation(observation);
    session.observe(event);
  }

  @Override
  public void passed(long nanoseconds) {
    now += nanoseconds;
  }

  @Override
  public void ended(boolean complete, String reason) {
    session.bytesArrived();
    channels.forEach(parser -> parser.end(Closing.CLOSED, reason));
    returnPath.end(Closing.CLOSED, reason);
    session.finish(complete, reason);
  }
}
