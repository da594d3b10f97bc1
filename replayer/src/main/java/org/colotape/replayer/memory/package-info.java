/**
 * Guest memory rebuilt outside of the Java heap. A {@link org.colotape.replayer.memory.GuestMemory}
 * is one of the PVM's RAM, the SVM's RAM or the COLO cache: RAM blocks whose pages are slices of
 * sparse mappings. Pages that were never written cost nothing, and pages that are the same write in
 * two memories are kept once, by a {@link org.colotape.replayer.memory.PageStore}.
 */
@NullMarked
package org.colotape.replayer.memory;

import org.jspecify.annotations.NullMarked;
