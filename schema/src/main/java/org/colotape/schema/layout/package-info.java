/**
 * How a recording lies on Kafka topics: their names, and which partition a page belongs to. Writer,
 * reader and tools share it, so that a page is always looked for where it was put.
 */
@NullMarked
package org.colotape.schema.layout;

import org.jspecify.annotations.NullMarked;
