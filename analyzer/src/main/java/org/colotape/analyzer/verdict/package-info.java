/**
 * The verdict on a recording: one on each of its checkpoints, and on the whole. A verdict is a
 * value that cites pages, bytes and events; what kept a checkpoint from being compared, and what
 * makes the recording less than whole, stands in it too.
 */
@NullMarked
package org.colotape.analyzer.verdict;

import org.jspecify.annotations.NullMarked;
