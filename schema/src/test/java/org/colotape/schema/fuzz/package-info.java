/**
 * Fuzz tests of what enters from topics, tapes and the catalogue. In an ordinary build each runs on
 * its seeds only; {@code mvn -Pfuzz} lets Jazzer look for more.
 */
@NullMarked
package org.colotape.schema.fuzz;

import org.jspecify.annotations.NullMarked;
