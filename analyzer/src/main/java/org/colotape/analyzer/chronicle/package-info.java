/**
 * The course of a recording: what went over the wire in each checkpoint, when, how much, and in
 * which order. It comes of one reading of the events, without a replay; what memories held is said
 * elsewhere.
 */
@NullMarked
package org.colotape.analyzer.chronicle;

import org.jspecify.annotations.NullMarked;
