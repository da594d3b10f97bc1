/**
 * The contract between all modules: what an event is, how it becomes bytes, how a recording lies on
 * topics and in a tape file, and the log it is written to and read from. It knows no other module.
 */
@NullMarked
package org.colotape.schema;

import org.jspecify.annotations.NullMarked;
