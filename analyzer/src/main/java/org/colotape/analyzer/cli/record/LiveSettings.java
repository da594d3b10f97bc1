package org.colotape.analyzer.cli.record;

import java.nio.file.Path;
import java.util.List;
import org.colotape.recorder.observe.ObserverSettings;

/**
 * How a tap is recorded.
 *
 * @param name of the recording; with {@code keepListening} what leads the names of all
 * @param partitions number of page partitions
 * @param keepListening true to record one migration after the other
 * @param journals folder of all journals
 * @param journalLimit most bytes that a journal may hold
 * @param journalReady bytes of the journal that are prepared before a migration comes, about
 * @param capabilities migration capabilities of the sender that the stream may not state
 * @param observers what is observed of the running VMs
 * @param notes what the recording says of its sources beside where they are
 * @param log where recordings are, for people
 */
public record LiveSettings(
    String name,
    int partitions,
    boolean keepListening,
    Path journals,
    long journalLimit,
    long journalReady,
    List<String> capabilities,
    ObserverSettings observers,
    List<String> notes,
    String log) {}
