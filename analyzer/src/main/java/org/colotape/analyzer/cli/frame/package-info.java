/**
 * What all commands share: the options that say where recordings are, the terminal that results go
 * to, JSON for machines, exit codes, and one line for each failure.
 */
@NullMarked
package org.colotape.analyzer.cli.frame;

import org.jspecify.annotations.NullMarked;
