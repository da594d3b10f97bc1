/**
 * A verdict as something to read: text for people, one JSON object for machines. A report computes
 * nothing: whatever it says stands in the verdict.
 */
@NullMarked
package org.colotape.analyzer.report;

import org.jspecify.annotations.NullMarked;
