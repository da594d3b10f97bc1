/**
 * {@code colotape record}: from files or from a tap into a recording, with progress while it goes
 * on and a summary of what was recorded.
 */
@NullMarked
package org.colotape.analyzer.cli.record;

import org.jspecify.annotations.NullMarked;
