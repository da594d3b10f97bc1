/**
 * What if: a {@link org.colotape.replayer.branch.Branch} says what is to be different from some
 * event of a recording on, and a {@link org.colotape.replayer.branch.BranchSource} gives the events
 * as they would be. The recording itself is not touched.
 */
@NullMarked
package org.colotape.replayer.branch;

import org.jspecify.annotations.NullMarked;
