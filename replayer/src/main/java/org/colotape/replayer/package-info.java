/**
 * Events to memory: RAM and COLO cache of the SVM, rebuilt from the events alone as a pure fold in
 * {@code seq} order. The same recording gives the same memory everywhere.
 */
@NullMarked
package org.colotape.replayer;

import org.jspecify.annotations.NullMarked;
