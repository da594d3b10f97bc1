package org.colotape.analyzer.diagnosis;

import java.nio.ByteBuffer;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.PageEncoding;

/**
 * A page as the stream once carried it.
 *
 * @param checkpoint in which it came
 * @param seq the event
 * @param encoding how it was encoded
 * @param delta for XBZRLE the delta, else empty
 * @param contents what the stream made of the page
 */
record Version(
    int checkpoint, long seq, PageEncoding encoding, ByteBuffer delta, Contents contents) {
  PageDigest digest() {
    return contents.digest();
  }
}
