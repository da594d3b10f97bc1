/**
 * Fuzz tests of the parsers. A fuzz test gets any bytes, and knows of each input what must hold. In
 * an ordinary build it runs on its corpus only: seeds, which are slices of captures, and what
 * fuzzing has found. {@code mvn -Pfuzz} lets Jazzer look for more.
 */
@NullMarked
package org.colotape.recorder.fuzz;

import org.jspecify.annotations.NullMarked;
