package org.colotape.analyzer.lab.guest;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** Machine code of x86 that is being put together, as bytes and operands. */
final class MachineCode {
  private static final HexFormat HEX = HexFormat.of();

  private final ByteBuffer code;
  private final int origin;

  /**
   * @param bytes longest code
   * @param origin address where it will stand
   */
  MachineCode(int bytes, int origin) {
    this.code = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.origin = origin;
  }

  /** Appends bytes, written in hexadecimal; blanks may part them. */
  MachineCode op(String hex) {
    code.put(HEX.parseHex(hex.replace(" ", "")));
    return this;
  }

  /** Appends an operand of 16 bits. */
  MachineCode word(int value) {
    code.putShort((short) value);
    return this;
  }

  /** Appends an operand of 32 bits. */
  MachineCode dword(int value) {
    code.putInt(value);
    return this;
  }

  /** Replaces an operand of 32 bits. */
  void put(int place, int value) {
    code.putInt(place, value);
  }

  /** Where the next byte will be put. */
  int here() {
    return code.position();
  }

  /** The address of a place. */
  int address(int place) {
    return origin + place;
  }

  /** Appends the distance of a short jump to a place before. */
  MachineCode back(int place) {
    int distance = place - (code.position() + 1);
    if (distance < Byte.MIN_VALUE) {
      throw new IllegalArgumentException("too far for a short jump: " + distance);
    }
    code.put((byte) distance);
    return this;
  }

  /** Goes on at a place further on. */
  MachineCode at(int place) {
    if (place < code.position()) {
      throw new IllegalArgumentException("there is code at " + place + " already");
    }
    code.position(place);
    return this;
  }

  /** All bytes, whether there is code or not. */
  byte[] bytes() {
    return code.array();
  }
}
