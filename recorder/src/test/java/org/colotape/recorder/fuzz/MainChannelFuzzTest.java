package org.colotape.recorder.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.colotape.recorder.stream.StreamParser;

/** The main channel, PVM to SVM. */
class MainChannelFuzzTest {
  private static final ParserOracle ORACLE =
      new ParserOracle(events -> new StreamParser(0, events));

  @FuzzTest
  void anyBytesAreParsedWithoutLoss(byte[] input) {
    ORACLE.check(input);
  }
}
