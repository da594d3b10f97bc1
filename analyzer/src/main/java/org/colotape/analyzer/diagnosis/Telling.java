package org.colotape.analyzer.diagnosis;

import java.util.BitSet;

/**
 * Whether bytes tell that a part of a page is of one version and not of another. Bytes that both
 * versions have say nothing; a few, or one byte over and over, may be there for another reason.
 */
final class Telling {
  /** So many bytes are not the same by chance, and more than the end of a counter, or a flag. */
  private static final int FEWEST = 4;

  private Telling() {}

  /**
   * True if the bytes tell it.
   *
   * @param there what the page holds: in these places it is as the one version
   * @param places the places
   * @param instead the other version
   */
  static boolean apart(byte[] there, BitSet places, byte[] instead) {
    int telling = 0;
    boolean varied = false;
    int first = -1;
    for (int i = places.nextSetBit(0); i >= 0; i = places.nextSetBit(i + 1)) {
      if (there[i] != instead[i]) {
        telling++;
        first = first < 0 ? i : first;
        varied |= there[i] != there[first];
      }
    }
    return varied && telling >= FEWEST;
  }
}
