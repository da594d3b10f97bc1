/** What a qualification makes of the runs of its cases. */
@NullMarked
package org.colotape.analyzer.qualification;

import org.jspecify.annotations.NullMarked;
