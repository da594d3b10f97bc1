/** The commands that look into the history of memory: blame, diff and bisect. */
@NullMarked
package org.colotape.analyzer.cli.history;

import org.jspecify.annotations.NullMarked;
