/**
 * Benchmarks: Colotape's stages against the bare library or copy that does the least such a stage
 * could do, in turn, in one run, as ratios. Not part of the test suite; see the README for the
 * command.
 */
@NullMarked
package org.colotape.analyzer.benchmark;

import org.jspecify.annotations.NullMarked;
