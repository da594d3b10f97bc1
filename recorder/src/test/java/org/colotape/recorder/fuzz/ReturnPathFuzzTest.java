package org.colotape.recorder.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.colotape.recorder.stream.ReturnPathParser;

/** The main channel, SVM to PVM. */
class ReturnPathFuzzTest {
  private static final ParserOracle ORACLE =
      new ParserOracle(events -> new ReturnPathParser(0, events));

  @FuzzTest
  void anyBytesAreParsedWithoutLoss(byte[] input) {
    ORACLE.check(input);
  }
}
