package org.colotape.analyzer.chronicle;

import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.colotape.analyzer.diff.PageSet;
import org.colotape.schema.event.PageEncoding;

/**
 * What happened in one checkpoint.
 *
 * @param checkpoint its number; 0 is the initial migration
 * @param whole true if all of it was seen
 * @param begin when its first byte was captured, in nanoseconds since 1970
 * @param pause nanoseconds from VMSTATE_SEND to VMSTATE_LOADED, during which the PVM stands still
 *     (QEMU migration/colo.c, colo_do_checkpoint_transaction); -1 if one of them was not captured
 * @param bytesToSvm wire bytes from PVM to SVM, on all channels
 * @param bytesToPvm wire bytes from SVM to PVM
 * @param encodings how many pages came in which encoding, a page as often as it was sent
 * @param written the pages that it carried, by block, each once
 * @param steps what went over the wire, in order
 * @param further how many steps more there were than are kept
 */
public record Chapter(
    int checkpoint,
    boolean whole,
    long begin,
    long pause,
    long bytesToSvm,
    long bytesToPvm,
    Map<PageEncoding, Long> encodings,
    SequencedMap<String, PageSet> written,
    List<Step> steps,
    int further) {}
