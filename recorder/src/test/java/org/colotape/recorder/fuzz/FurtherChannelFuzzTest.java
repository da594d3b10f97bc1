package org.colotape.recorder.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.colotape.recorder.fixture.Parsing;
import org.colotape.recorder.stream.ChannelParser;

/** A further channel of any kind: multifd, pages of postcopy, the main channel resumed, others. */
class FurtherChannelFuzzTest {
  private static final ParserOracle ORACLE =
      new ParserOracle(events -> new ChannelParser(1, Parsing.mainChannel(), events));

  @FuzzTest
  void anyBytesAreParsedWithoutLoss(byte[] input) {
    ORACLE.check(input);
  }
}
