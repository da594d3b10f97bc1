/**
 * The history of memory: who wrote a page, what changed between two places of recordings, and the
 * first event after which something holds.
 */
@NullMarked
package org.colotape.analyzer.history;

import org.jspecify.annotations.NullMarked;
