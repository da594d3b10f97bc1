/**
 * A fuzz test of all that is done with events behind the gate. In an ordinary build it runs on its
 * seeds only; {@code mvn -Pfuzz} lets Jazzer look for more.
 */
@NullMarked
package org.colotape.analyzer.fuzz;

import org.jspecify.annotations.NullMarked;
