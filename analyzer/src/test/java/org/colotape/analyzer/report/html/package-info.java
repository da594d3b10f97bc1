/** The HTML report in a real browser: Debian's Chromium, without a window. */
@NullMarked
package org.colotape.analyzer.report.html;

import org.jspecify.annotations.NullMarked;
