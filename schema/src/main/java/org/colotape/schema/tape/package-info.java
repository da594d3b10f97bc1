/**
 * A recording as one portable file: an Avro object container file, compressed with zstd, that holds
 * the same events as the topics, in seq order.
 */
@NullMarked
package org.colotape.schema.tape;

import org.jspecify.annotations.NullMarked;
