package org.colotape.replayer.junit;

import java.nio.file.Path;

/**
 * Makes the tape of a test that has none yet: see {@link RecordedWith}. It is implemented by the
 * tests' author, with the recorder or whatever else makes events, and has a constructor without
 * parameters.
 */
@FunctionalInterface
public interface TapeRecorder {
  /**
   * Records.
   *
   * @param tape a file that does not exist yet; see {@link org.colotape.schema.tape.TapeSink}
   * @throws Exception if that fails; the tests that want the tape fail then
   */
  void record(Path tape) throws Exception;
}
