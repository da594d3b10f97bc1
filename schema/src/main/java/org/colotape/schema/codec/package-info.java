/**
 * Events as bytes: Avro single-object encoding, and the schema versions that were published. An
 * event is written with the newest schema and read with whichever published one its fingerprint
 * names.
 */
@NullMarked
package org.colotape.schema.codec;

import org.jspecify.annotations.NullMarked;
