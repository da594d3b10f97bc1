/**
 * Events back to bytes: every channel of a recording, in both directions, written again as it was
 * captured.
 */
@NullMarked
package org.colotape.replayer.emission;

import org.jspecify.annotations.NullMarked;
