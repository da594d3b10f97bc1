/**
 * {@code colotape show}: the events of a recording, those that a filter lets through, as lines for
 * people or as JSON.
 */
@NullMarked
package org.colotape.analyzer.cli.show;

import org.jspecify.annotations.NullMarked;
