/**
 * Verdicts on the command line: analysing a recording, and showing on bundled captures of real QEMU
 * what that is good for.
 */
@NullMarked
package org.colotape.analyzer.cli.analysis;

import org.jspecify.annotations.NullMarked;
