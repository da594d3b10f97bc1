/** {@code colotape verify}: holds a recording, a tape or a captured file to the rules. */
@NullMarked
package org.colotape.analyzer.cli.verify;

import org.jspecify.annotations.NullMarked;
