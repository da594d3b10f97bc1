/**
 * Digests of memory and of event streams: XXH3, 128 bits, written big-endian. They find accidents,
 * not attackers.
 */
@NullMarked
package org.colotape.schema.digest;

import org.jspecify.annotations.NullMarked;
