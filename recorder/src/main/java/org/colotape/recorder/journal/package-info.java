/**
 * The write-ahead journal of a tap: what its connections carry reaches local files, in the order
 * and with the times of its arrival, before it is passed on. Events are a pure function of the
 * journal, so a recorder that was killed goes on from it without gap or duplicate.
 *
 * <p>A journal is a folder: {@code recording} says which recording it belongs to ({@link
 * org.colotape.recorder.journal.JournalHead}), {@code lock} is held while it is in use, and {@code
 * NNNNNNNN.segment} hold the records ({@link org.colotape.recorder.journal.JournalRecord}). A
 * segment is deleted when the log has acknowledged all that was made of its bytes; the state that
 * parsers had there needs no copy, because the log gives it back: its events are the bytes. The
 * page cache is enough for a process that is killed; a machine that loses its power may lose the
 * end of a journal.
 */
@NullMarked
package org.colotape.recorder.journal;

import org.jspecify.annotations.NullMarked;
