/**
 * What a secondary does with the pages it receives, as a value. QEMU's behaviour changed over the
 * years, so the same recording can be replayed under each of the named rule sets, and the
 * difference analysed.
 */
@NullMarked
package org.colotape.replayer.rules;

import org.jspecify.annotations.NullMarked;
