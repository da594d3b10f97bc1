/**
 * The recordings that there are, as things: listing them, deleting them, and turning them into tape
 * files and back.
 */
@NullMarked
package org.colotape.analyzer.cli.library;

import org.jspecify.annotations.NullMarked;
