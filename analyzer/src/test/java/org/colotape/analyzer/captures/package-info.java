/**
 * Proof on real input: captures of QEMU, parsed and replayed, compared with the memory that QEMU
 * itself had.
 */
@NullMarked
package org.colotape.analyzer.captures;

import org.jspecify.annotations.NullMarked;
