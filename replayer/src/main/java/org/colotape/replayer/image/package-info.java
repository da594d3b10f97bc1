/**
 * Rebuilt memory as raw image files, one a RAM block, that can be compared with what QEMU's {@code
 * pmemsave} or a memory backend file holds. Images are sparse: zero pages take no space in them.
 */
@NullMarked
package org.colotape.replayer.image;

import org.jspecify.annotations.NullMarked;
