/**
 * Time travel in a recording. A {@link org.colotape.replayer.timeline.Timeline} goes to any event
 * or checkpoint, forwards and backwards; what that costs follows from the distance to the nearest
 * {@link org.colotape.replayer.timeline.SnapshotCache snapshot}, not from the length of the
 * recording. Snapshots are derived: they are made on the way, checked before use, and can be
 * deleted at any time.
 */
@NullMarked
package org.colotape.replayer.timeline;

import org.jspecify.annotations.NullMarked;
