/**
 * From the wire bytes of a page event to the bytes of the page. Each encoding has its decoder; all
 * of them bound what they read and write, and none touches guest memory, so that a page that can't
 * be decoded leaves everything as it was.
 */
@NullMarked
package org.colotape.replayer.decode;

import org.jspecify.annotations.NullMarked;
