/**
 * Memory seen from outside: images of a RAM block that were taken at a checkpoint, and the memory
 * of running VMs while a tap holds an answer back, become observation events. An observation
 * carries a digest of every page, and the bytes of those that differ from what the stream last
 * said.
 */
@NullMarked
package org.colotape.recorder.observe;

import org.jspecify.annotations.NullMarked;
