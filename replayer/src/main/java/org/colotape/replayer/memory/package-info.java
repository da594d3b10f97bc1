/**
 * Guest memory rebuilt outside of the Java heap. A {@link org.colotape.replayer.memory.GuestMemory}
 * is one of the PVM's RAM, the SVM's RAM or the COLO cache; it holds RAM blocks over sparse
 * mappings, in which a page that was never written costs nothing, and knows of each page whether it
 * was written since the last checkpoint, by which event, and its digest.
 */
@NullMarked
package org.colotape.replayer.memory;

import org.jspecify.annotations.NullMarked;
