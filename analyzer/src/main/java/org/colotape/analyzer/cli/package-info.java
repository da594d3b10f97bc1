/**
 * The command line: the program's entry, which is the only place that puts commands and what they
 * need together. The commands themselves are in the packages below it, one idea each.
 */
@NullMarked
package org.colotape.analyzer.cli;

import org.jspecify.annotations.NullMarked;
