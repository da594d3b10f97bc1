/**
 * Why memories differ: from the history of each divergent page the rule that was broken, when first
 * and by which event. A recording is read once more for the pages that diverge, and only if some
 * do.
 */
@NullMarked
package org.colotape.analyzer.diagnosis;

import org.jspecify.annotations.NullMarked;
