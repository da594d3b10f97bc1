/**
 * Events against the rules of the migration stream: each check follows the events of a recording
 * and tells where they are not what QEMU would send. It judges the stream, not the memory that
 * comes of it, holds a bounded amount of memory, and cites channel, stream offset and section.
 */
@NullMarked
package org.colotape.analyzer.conformance;

import org.jspecify.annotations.NullMarked;
