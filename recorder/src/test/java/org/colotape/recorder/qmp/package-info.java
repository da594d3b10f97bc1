/** Tests of the client of QEMU's monitor. */
@NullMarked
package org.colotape.recorder.qmp;

import org.jspecify.annotations.NullMarked;
