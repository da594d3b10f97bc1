/**
 * Kafka's own broker inside this process, for users who have no cluster: it listens on the loopback
 * interface, keeps its data below the home directory, and is shared by all processes that use the
 * same home at the same time.
 */
@NullMarked
package org.colotape.schema.broker;

import org.jspecify.annotations.NullMarked;
