/**
 * The report to look at: one HTML file without network, with the verdict, the timeline, the map of
 * guest memory, the findings and the protocol of each checkpoint. What it shows is computed in Java
 * and travels as JSON; how it is shown is in the scripts beside this package's resources.
 */
@NullMarked
package org.colotape.analyzer.report.html;

import org.jspecify.annotations.NullMarked;
