/**
 * What the commands of postcopy say of memory. In postcopy the secondary runs before all pages have
 * come: first it forgets those that have become dirty since they were sent, then each comes once
 * more, on any of its connections.
 */
@NullMarked
package org.colotape.replayer.postcopy;

import org.jspecify.annotations.NullMarked;
