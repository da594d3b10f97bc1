/**
 * A COLO pair of real QEMUs on this machine, for one run: it starts primary and secondary with a
 * guest of its own, lets them take so many checkpoints through a tap, does on purpose what was
 * asked to go wrong, and leaves nothing behind.
 */
@NullMarked
package org.colotape.analyzer.lab;

import org.jspecify.annotations.NullMarked;
