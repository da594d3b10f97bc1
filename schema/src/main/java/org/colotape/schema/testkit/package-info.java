/**
 * For tests of programs that use Colotape: a Kafka broker of their own, {@link
 * org.colotape.schema.testkit.ColotapeKafka}. Testcontainers is an optional dependency, which users
 * of this package may have themselves.
 */
@NullMarked
package org.colotape.schema.testkit;

import org.jspecify.annotations.NullMarked;
