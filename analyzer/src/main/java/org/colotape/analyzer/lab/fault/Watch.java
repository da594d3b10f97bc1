package org.colotape.analyzer.lab.fault;

import java.io.IOException;

/** Is told what passes on the link between primary and secondary, before it passes. */
public interface Watch {
  /**
   * Something passes.
   *
   * @return false to let it get lost
   * @throws IOException to break the connection
   */
  boolean passes(Moment moment, int checkpoint) throws IOException;
}
