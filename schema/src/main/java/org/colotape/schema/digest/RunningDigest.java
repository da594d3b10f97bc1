package org.colotape.schema.digest;

import com.dynatrace.hash4j.hashing.HashStream128;
import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.ByteBuffer;

/**
 * Digest of bytes that come piece by piece; how they are cut does not matter. Not for several
 * threads.
 */
public final class RunningDigest {
  private final HashStream128 stream;

  /** A digest of nothing yet. */
  public RunningDigest() {
    this(Hashing.xxh3_128().hashStream());
  }

  private RunningDigest(HashStream128 stream) {
    this.stream = stream;
  }

  /** Another one that has the same bytes, and goes on for itself. */
  public RunningDigest copy() {
    return new RunningDigest(stream.copy());
  }

  /**
   * Adds the buffer's remaining bytes; its position stays where it is. The buffer must have an
   * array.
   */
  public void add(ByteBuffer bytes) {
    stream.putBytes(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
  }

  /** Digest of all bytes since the last call of this method, or since construction. */
  public PageDigest finish() {
    PageDigest digest = PageDigest.of(stream.get());
    stream.reset();
    return digest;
  }
}
