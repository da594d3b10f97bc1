/**
 * What users of Colotape as a library rely on: its API stays, and what the README shows of it
 * works.
 */
@NullMarked
package org.colotape.analyzer.library;

import org.jspecify.annotations.NullMarked;
