/**
 * The gate at which events enter the program: whatever reads events that it did not make itself (a
 * topic, a tape, a journal) holds each of them here, once, to what the schema promises of it.
 * Behind the gate nobody checks again.
 */
@NullMarked
package org.colotape.schema.check;

import org.jspecify.annotations.NullMarked;
