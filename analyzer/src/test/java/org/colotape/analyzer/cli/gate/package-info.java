/** Recordings whose events break what the schema promises, through every command. */
@NullMarked
package org.colotape.analyzer.cli.gate;

import org.jspecify.annotations.NullMarked;
