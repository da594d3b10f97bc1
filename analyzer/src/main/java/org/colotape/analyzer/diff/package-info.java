/**
 * The three-way diff: which pages of PVM, COLO cache and SVM differ. Each memory is what was
 * observed of it where the recording has observations, else the replayed model; after a first
 * comparison only pages are looked at whose contents may have changed since the one before.
 */
@NullMarked
package org.colotape.analyzer.diff;

import org.jspecify.annotations.NullMarked;
