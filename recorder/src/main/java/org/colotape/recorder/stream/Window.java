package org.colotape.recorder.stream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The part of a channel's bytes that is not parsed yet, addressed by stream offset. Big-endian, as
 * everything in a migration stream.
 */
final class Window {
  private static final VarHandle U16 = view(short[].class);
  private static final VarHandle U32 = view(int[].class);
  private static final VarHandle U64 = view(long[].class);

  /** Nothing is fenced off. */
  static final long NO_FENCE = Long.MAX_VALUE;

  /** Bytes that are allocated at once. */
  private static final int CAPACITY = 1 << 19;

  private static final byte[] ZEROS = new byte[1 << 12];

  private byte[] bytes = new byte[0];
  private int start;
  private int limit;

  /** Stream offset of {@code bytes[0]}. */
  private long base;

  private long fence = NO_FENCE;

  /** Stream offset behind the last byte that is held and before the fence. */
  private long end;

  private boolean ended;

  private static VarHandle view(Class<?> type) {
    return MethodHandles.byteArrayViewVarHandle(type, ByteOrder.BIG_ENDIAN);
  }

  /** Stream offset behind the last byte that can be read. */
  long end() {
    return end;
  }

  /** True if no more bytes will come that can be read. */
  boolean ended() {
    return ended || end == fence;
  }

  /**
   * Where reading must stop, or {@link #NO_FENCE}: bytes from there on are held, but can't be read.
   */
  long fence() {
    return fence;
  }

  /** Sets the fence, at the end of what is released or behind it. */
  void fence(long offset) {
    fence = offset;
    end = Math.min(base + limit, fence);
  }

  void markEnded() {
    ended = true;
  }

  void markOpen() {
    ended = false;
  }

  /** True if the bytes up to {@code offset} can be read. */
  boolean has(long offset) {
    return offset <= end;
  }

  /**
   * The answer where bytes lack to give another one: no if none will come, else more are needed.
   */
  Answer lacking() {
    return ended() ? Answer.NO : Answer.MORE;
  }

  /** Takes at most {@code most} of the buffer's bytes. */
  void append(ByteBuffer from, int most) {
    int length = Math.min(from.remaining(), most);
    makeRoom(length);
    from.get(bytes, limit, length);
    limit += length;
    end = Math.min(base + limit, fence);
  }

  /** Forgets the bytes before {@code offset}. */
  void release(long offset) {
    start = (int) (offset - base);
  }

  int u8(long offset) {
    return bytes[(int) (offset - base)] & 0xff;
  }

  int u16(long offset) {
    return (short) U16.get(bytes, (int) (offset - base)) & 0xffff;
  }

  long u32(long offset) {
    return (int) U32.get(bytes, (int) (offset - base)) & 0xffff_ffffL;
  }

  long u64(long offset) {
    return (long) U64.get(bytes, (int) (offset - base));
  }

  /** The bytes as ISO 8859-1 text. */
  String text(long offset, int length) {
    return new String(bytes, (int) (offset - base), length, StandardCharsets.ISO_8859_1);
  }

  /** True if these bytes are the text, in ISO 8859-1. */
  boolean isText(long offset, String text) {
    for (int i = 0; i < text.length(); i++) {
      if (u8(offset + i) != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** True if the bytes from {@code from} to before {@code to} are zeros. */
  boolean isZero(long from, long to) {
    for (long at = from; at < to; at += ZEROS.length) {
      int begin = (int) (at - base);
      int length = (int) Math.min(ZEROS.length, to - at);
      if (!Arrays.equals(bytes, begin, begin + length, ZEROS, 0, length)) {
        return false;
      }
    }
    return true;
  }

  /** True if all these bytes are printable ASCII. */
  boolean printable(long offset, int length) {
    for (long i = offset; i < offset + length; i++) {
      if (u8(i) < 0x20 || u8(i) > 0x7e) {
        return false;
      }
    }
    return true;
  }

  /**
   * The first offset from {@code from} on that holds one of some bytes; the end if there is none.
   *
   * @param wanted by value of the byte, whether it is one of them
   */
  long find(boolean[] wanted, long from) {
    int last = (int) (end - base);
    for (int i = (int) (from - base); i < last; i++) {
      if (wanted[bytes[i] & 0xff]) {
        return base + i;
      }
    }
    return Math.max(from, end);
  }

  /** The bytes from {@code from} to before {@code to}, which stay as they are for good. */
  ByteBuffer slice(long from, long to) {
    return ByteBuffer.wrap(bytes, (int) (from - base), (int) (to - from)).slice();
  }

  /** Bytes that were taken are never written over: events share them. */
  private void makeRoom(int length) {
    if (bytes.length - limit >= length) {
      return;
    }
    int held = limit - start;
    byte[] target = new byte[Math.max(CAPACITY, held + Math.max(held, length))];
    System.arraycopy(bytes, start, target, 0, held);
    bytes = target;
    base += start;
    start = 0;
    limit = held;
  }
}
