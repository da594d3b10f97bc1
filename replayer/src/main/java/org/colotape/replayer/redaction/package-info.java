/**
 * A recording without the memory that it holds: each page's contents give way to bytes made of
 * their digest. Equal pages stay equal, different ones different and zero pages zero, so what is
 * said of where memories differ holds for both.
 */
@NullMarked
package org.colotape.replayer.redaction;

import org.jspecify.annotations.NullMarked;
