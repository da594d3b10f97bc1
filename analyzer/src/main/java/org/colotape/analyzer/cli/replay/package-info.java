/**
 * {@code colotape replay}: rebuilds memory up to a checkpoint or an event, and prints its digests
 * or writes it as image files.
 */
@NullMarked
package org.colotape.analyzer.cli.replay;

import org.jspecify.annotations.NullMarked;
