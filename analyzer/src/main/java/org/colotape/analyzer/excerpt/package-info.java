/**
 * An excerpt is a part of a recording that is a recording itself: some checkpoints, some pages, and
 * the state that they begin with. The smallest excerpt that shows a divergence is found by leaving
 * events out for as long as the analysis comes to the same.
 */
@NullMarked
package org.colotape.analyzer.excerpt;

import org.jspecify.annotations.NullMarked;
