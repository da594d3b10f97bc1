/**
 * What primary and secondary say to each other, in its one order: a {@link
 * org.colotape.schema.protocol.Round} of COLO, and how a migration {@link
 * org.colotape.schema.protocol.Ending ends}. Whoever must know how far a recording has come asks
 * here.
 */
@NullMarked
package org.colotape.schema.protocol;

import org.jspecify.annotations.NullMarked;
