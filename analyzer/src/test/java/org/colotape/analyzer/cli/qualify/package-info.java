/** The command that qualifies a QEMU. */
@NullMarked
package org.colotape.analyzer.cli.qualify;

import org.jspecify.annotations.NullMarked;
