/** Colotape between, beside and behind real QEMUs. */
@NullMarked
package org.colotape.analyzer.live;

import org.jspecify.annotations.NullMarked;
