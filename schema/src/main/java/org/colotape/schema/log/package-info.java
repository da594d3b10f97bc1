/**
 * Where events go to and come from, without saying what carries them: the recorder writes to an
 * {@link org.colotape.schema.log.EventSink}, the replayer reads from an {@link
 * org.colotape.schema.log.EventSource}, and a {@link org.colotape.schema.log.RecordingLog} holds
 * many recordings.
 */
@NullMarked
package org.colotape.schema.log;

import org.jspecify.annotations.NullMarked;
