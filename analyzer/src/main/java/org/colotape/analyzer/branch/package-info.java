/**
 * What a branch of a recording comes to: its own verdict, and the pages on which it differs from
 * the recording at each checkpoint.
 */
@NullMarked
package org.colotape.analyzer.branch;

import org.jspecify.annotations.NullMarked;
