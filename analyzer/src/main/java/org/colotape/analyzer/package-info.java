/**
 * Memory to verdict: at each checkpoint, do PVM, COLO cache and SVM agree, and if not, which events
 * made the difference. The command line that ties all modules together is here too.
 */
@NullMarked
package org.colotape.analyzer;

import org.jspecify.annotations.NullMarked;
