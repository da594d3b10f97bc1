/**
 * Recordings on a Kafka cluster: pages on several partitions, everything else on one that serves as
 * barrier between them, and a compacted catalogue. Whatever cluster it is, a recording is complete
 * and in order, or its reader says what is missing.
 */
@NullMarked
package org.colotape.schema.kafka;

import org.jspecify.annotations.NullMarked;
