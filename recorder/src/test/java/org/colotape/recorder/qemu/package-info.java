/**
 * Real QEMU for tests: a virtual machine as a process, its monitor, and a guest that keeps memory
 * dirty.
 */
@NullMarked
package org.colotape.recorder.qemu;

import org.jspecify.annotations.NullMarked;
