/**
 * Where the bytes come from: files that were captured before, and connections between two running
 * QEMUs. A feed reads bytes, pushes them through the parsers, and so drives a recording session.
 */
@NullMarked
package org.colotape.recorder.feed;

import org.jspecify.annotations.NullMarked;
