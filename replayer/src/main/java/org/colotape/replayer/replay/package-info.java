/**
 * The replay: a pure fold over the events of a recording in seq order, whose state is what the
 * secondary's RAM, its COLO cache and, if wanted, the primary's RAM held. {@link
 * org.colotape.replayer.replay.Replay} drives it from one checkpoint to the next; nothing but the
 * events and the rule set decides the outcome.
 */
@NullMarked
package org.colotape.replayer.replay;

import org.jspecify.annotations.NullMarked;
