/**
 * Qualification of a QEMU: pairs of it are taken through a matrix of machine types, encodings and
 * courses, and for each case it is told whether the memories were right. What a case comes to is
 * decided from how its run ended and from the analysis of what was recorded of it.
 */
@NullMarked
package org.colotape.analyzer.qualification;

import org.jspecify.annotations.NullMarked;
