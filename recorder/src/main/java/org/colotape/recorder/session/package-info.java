/**
 * One recording being made: it gives the events of all channels their place in one total order and
 * their checkpoint, seals each checkpoint, and hands the events to a sink.
 */
@NullMarked
package org.colotape.recorder.session;

import org.jspecify.annotations.NullMarked;
