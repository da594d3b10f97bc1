/**
 * Two bundled captures of real QEMU COLO pairs, recorded, replayed and analysed before the user's
 * eyes: one in step, one on which QEMU lost pages. It uses the same recorder, log, replayer and
 * analysis as every other command.
 */
@NullMarked
package org.colotape.analyzer.demo;

import org.jspecify.annotations.NullMarked;
