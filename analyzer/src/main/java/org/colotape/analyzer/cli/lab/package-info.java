/** The command that runs a pair of QEMUs of its own. */
@NullMarked
package org.colotape.analyzer.cli.lab;

import org.jspecify.annotations.NullMarked;
