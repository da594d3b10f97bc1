/**
 * Bytes to events: whatever goes over the wire between PVM and SVM becomes events that lose not one
 * byte of it. What cannot be parsed is recorded as it is, and recording goes on.
 */
@NullMarked
package org.colotape.recorder;

import org.jspecify.annotations.NullMarked;
