/**
 * The command line. A command parses its options, calls the modules, prints, and returns an exit
 * code; what it prints is for people unless {@code --json} asks otherwise.
 */
@NullMarked
package org.colotape.analyzer.cli;

import org.jspecify.annotations.NullMarked;
