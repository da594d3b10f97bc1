/**
 * The numbers and names of the migration stream and of its return path, each once: what leads an
 * element, commands, flags of RAM, heads of multifd, messages. Recorder, replayer and analyzer ask
 * here; only the simulated pair keeps its own, as it is the second opinion.
 */
@NullMarked
package org.colotape.schema.wire;

import org.jspecify.annotations.NullMarked;
