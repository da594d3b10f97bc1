package org.colotape.replayer.decode;

/**
 * One multifd channel's compressed stream, which lives as long as the channel: each packet's data
 * continue those of the one before.
 */
interface PacketStream extends AutoCloseable {
  /**
   * Decompresses the data of the next packet, which must yield as many bytes as wanted and no more.
   *
   * @param packed holds the data from its beginning
   * @param length of the data, in bytes
   * @param pages takes what they yield, at its beginning
   * @param wanted number of bytes that they must yield
   * @throws PageDecodeException if they are not what they should be; the stream can't go on then
   */
  void decompress(byte[] packed, int length, byte[] pages, int wanted) throws PageDecodeException;

  @Override
  void close();
}
