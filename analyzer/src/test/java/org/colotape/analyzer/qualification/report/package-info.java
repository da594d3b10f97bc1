/** Every report of a qualification says what its table holds. */
@NullMarked
package org.colotape.analyzer.qualification.report;

import org.jspecify.annotations.NullMarked;
