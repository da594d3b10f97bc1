/**
 * Plays a recording back into a real secondary, in the part of the primary: sends what the primary
 * sent, waits for the secondary's answers where the recording has them, and holds them to it.
 */
@NullMarked
package org.colotape.replayer.playback;

import org.jspecify.annotations.NullMarked;
