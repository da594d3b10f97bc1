/** The recorder's simulated pair, seen through replay, analysis and verification. */
@NullMarked
package org.colotape.analyzer.simulation;

import org.jspecify.annotations.NullMarked;
