/**
 * Fuzz tests of the decoders. In an ordinary build they run on their corpus only: seeds from
 * captures, and what fuzzing has found. {@code mvn -Pfuzz} lets Jazzer look for more.
 */
@NullMarked
package org.colotape.replayer.fuzz;

import org.jspecify.annotations.NullMarked;
