/**
 * Speaks to a running QEMU's monitor in QMP: to read its memory where nothing else can, and for
 * those who run QEMUs themselves.
 */
@NullMarked
package org.colotape.recorder.qmp;

import org.jspecify.annotations.NullMarked;
