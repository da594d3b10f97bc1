/**
 * Virtual machines that the lab runs: which QEMU and accelerator there are, how a machine is
 * started and spoken to, and how nothing of it is left, whatever happens.
 */
@NullMarked
package org.colotape.analyzer.lab.machine;

import org.jspecify.annotations.NullMarked;
