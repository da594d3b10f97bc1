package org.colotape.recorder.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.colotape.recorder.stream.MultifdParser;
import org.colotape.recorder.stream.PageSize;

/** A multifd channel. */
class MultifdFuzzTest {
  private static final ParserOracle ORACLE =
      new ParserOracle(events -> new MultifdParser(1, new PageSize(), events));

  @FuzzTest
  void anyBytesAreParsedWithoutLoss(byte[] input) {
    ORACLE.check(input);
  }
}
