/**
 * The guests of a simulated pair: sparse, off-heap memory, and programs that write to it. What they
 * do depends on a seed alone, and what it costs on the pages that they write.
 */
@NullMarked
package org.colotape.recorder.simulation.guest;

import org.jspecify.annotations.NullMarked;
