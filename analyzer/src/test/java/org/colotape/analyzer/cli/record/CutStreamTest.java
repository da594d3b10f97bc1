package org.colotape.analyzer.cli.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Set;
import java.util.TreeSet;
import org.colotape.analyzer.cli.fixture.Streams;
import org.colotape.recorder.stream.StreamParser;
import org.colotape.schema.event.Closing;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Kind;
import org.junit.jupiter.api.Test;

class CutStreamTest {
  @Test
  void aCutAtAnyByteIsNoticedExceptWhereAMigrationMayEnd() {
    byte[] stream = Streams.colo(2);
    Set<Integer> unnoticed = new TreeSet<>();
    for (int length = 0; length <= stream.length; length++) {
      MainWatch watch = new MainWatch();
      StreamParser parser = new StreamParser(0, watch::see);
      parser.feed(ByteBuffer.wrap(stream, 0, length));
      parser.end(Closing.FILE_ENDED, "end of file");
      if (watch.cut() == null) {
        unnoticed.add(length);
      }
    }
    assertThat(unnoticed).isEqualTo(endings(stream));
  }

  /** Behind the initial state, the description, each REQUEST, and the state of each checkpoint. */
  private static Set<Integer> endings(byte[] stream) {
    Set<Integer> endings = new TreeSet<>();
    boolean[] stateIsNext = {true};
    StreamParser parser =
        new StreamParser(
            0,
            event -> {
              int end = (int) event.getStreamOffset() + event.getWire().remaining();
              if (event.getKind() == Kind.END_OF_SECTIONS && stateIsNext[0]) {
                endings.add(end);
                stateIsNext[0] = false;
              } else if (event.getKind() == Kind.VM_DESCRIPTION) {
                endings.add(end);
              } else if (event.getKind() == Kind.COLO_MESSAGE) {
                ColoMessageType type = event.getMessage().getType();
                stateIsNext[0] = type == ColoMessageType.VMSTATE_SIZE;
                if (type == ColoMessageType.CHECKPOINT_REQUEST) {
                  endings.add(end);
                }
              }
            });
    parser.feed(ByteBuffer.wrap(stream));
    return endings;
  }
}
