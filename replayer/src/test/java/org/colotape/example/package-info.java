/**
 * A regression suite as a user of Colotape writes one: tapes of failures that were caught once, and
 * tests that hold what is known about them.
 */
@NullMarked
package org.colotape.example;

import org.jspecify.annotations.NullMarked;
