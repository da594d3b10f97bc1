/**
 * The guest of the lab: a boot sector, made here, that dirties memory in a chosen pattern, range
 * and speed. It needs no operating system, no disk but its sector, and no tool to build it.
 */
@NullMarked
package org.colotape.analyzer.lab.guest;

import org.jspecify.annotations.NullMarked;
