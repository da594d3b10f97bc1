/**
 * {@code colotape simulate}: the simulated pair of the recorder, its bugs, and the truth about what
 * they did.
 */
@NullMarked
package org.colotape.analyzer.cli.simulate;

import org.jspecify.annotations.NullMarked;
