package org.colotape.replayer.redaction;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import org.colotape.schema.digest.PageDigest;

/**
 * Makes bytes that stand for others. Whoever lacks the salt can't try guesses of what they stand
 * for. Each row of 16 bytes says "redacted", so that every hex dump does; the rest of two rows is
 * the salted digest.
 */
final class Redactor {
  private static final byte[] WORD = "redacted".getBytes(StandardCharsets.US_ASCII);
  private static final int ROW = 16;

  private final byte[] salt;

  /** With this salt, which must become known to nobody. */
  Redactor(byte[] salt) {
    this.salt = salt.clone();
  }

  /** With a salt that nobody knows. */
  static Redactor secret() {
    byte[] salt = new byte[32];
    new SecureRandom().nextBytes(salt);
    return new Redactor(salt);
  }

  /** As many bytes that stand for these; zeros stand for zeros. */
  byte[] redact(byte[] bytes) {
    return isZero(bytes)
        ? bytes.clone()
        : stand(PageDigest.of(bytes, 0, bytes.length), bytes.length);
  }

  /** As {@link #redact(byte[])}, of the buffer's remaining bytes. */
  ByteBuffer redact(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return ByteBuffer.wrap(redact(copy));
  }

  /** The digest of what stands for a page with this digest. */
  PageDigest redact(PageDigest digest, int pageSize) {
    byte[] zeros = new byte[pageSize];
    return digest.equals(PageDigest.of(zeros, 0, pageSize))
        ? digest
        : PageDigest.of(stand(digest, pageSize), 0, pageSize);
  }

  private byte[] stand(PageDigest digest, int length) {
    byte[] salted = salted(digest);
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      int column = i % ROW;
      bytes[i] =
          column < WORD.length
              ? WORD[column]
              : salted[i / ROW % 2 * (ROW - WORD.length) + column - WORD.length];
    }
    return bytes;
  }

  private byte[] salted(PageDigest digest) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(salt);
      return sha256.digest(
          ByteBuffer.allocate(PageDigest.BYTES)
              .putLong(digest.high())
              .putLong(digest.low())
              .array());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static boolean isZero(byte[] bytes) {
    for (byte value : bytes) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }
}
