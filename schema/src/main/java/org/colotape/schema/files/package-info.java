/** Files and folders that hold guest memory, and so belong to their owner alone. */
@NullMarked
package org.colotape.schema.files;

import org.jspecify.annotations.NullMarked;
