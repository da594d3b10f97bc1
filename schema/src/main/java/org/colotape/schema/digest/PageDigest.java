package org.colotape.schema.digest;

import com.dynatrace.hash4j.hashing.ByteAccess;
import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hasher128;
import com.dynatrace.hash4j.hashing.Hashing;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.colotape.schema.event.Digest;

/**
 * The digest of a piece of memory: XXH3, 128 bits. Every module takes page digests with this class,
 * so that those of a recorder's observation can be compared with those of a replayed page.
 *
 * @param high most significant 64 bits
 * @param low least significant 64 bits
 */
public record PageDigest(long high, long low) {
  /** Length of a digest in bytes. */
  public static final int BYTES = 16;

  private static final Hasher128 XXH3 = Hashing.xxh3_128();
  private static final ByteAccess<MemorySegment> SEGMENT =
      ByteAccess.forMemorySegment(MemorySegment.class);

  /** Digest of {@code length} bytes from {@code start}. */
  public static PageDigest of(byte[] bytes, int start, int length) {
    return of(XXH3.hashBytesTo128Bits(bytes, start, length));
  }

  /** Digest of {@code length} bytes of a segment from {@code start}. */
  public static PageDigest of(MemorySegment segment, long start, long length) {
    return of(XXH3.hashBytesTo128Bits(segment, start, length, SEGMENT));
  }

  static PageDigest of(HashValue128 hash) {
    return new PageDigest(hash.getMostSignificantBits(), hash.getLeastSignificantBits());
  }

  /** The digest as it stands in events. */
  public Digest toEvent() {
    return new Digest(java.nio.ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array());
  }

  /** The digest as 32 hexadecimal digits. */
  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(high) + hex.toHexDigits(low);
  }
}
