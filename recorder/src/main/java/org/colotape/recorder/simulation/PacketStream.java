package org.colotape.recorder.simulation;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.colotape.recorder.simulation.SimulationSettings.Feature;

/**
 * What the pages of a multifd channel go through: one stream for the channel's whole life, which is
 * flushed with each packet (QEMU migration/multifd-zlib.c and multifd-zstd.c, send_prepare).
 */
final class PacketStream implements AutoCloseable {
  // migration/multifd.h, MULTIFD_FLAG_*
  private static final int NONE = 0;
  private static final int ZLIB = 1 << 1;
  private static final int ZSTD = 2 << 1;

  private static final int LEVEL = 1;

  private final int flags;
  private final ByteArrayOutputStream packed = new ByteArrayOutputStream();
  private final OutputStream stream;

  private PacketStream(int flags) {
    this.flags = flags;
    try {
      stream =
          switch (flags) {
            case ZLIB -> new DeflaterOutputStream(packed, new Deflater(LEVEL), true);
            case ZSTD -> new ZstdOutputStreamNoFinalizer(packed, LEVEL);
            default -> packed;
          };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a stream of the method among these features, without compression if there is none. */
  static Supplier<PacketStream> of(Set<Feature> features) {
    int flags =
        features.contains(Feature.MULTIFD_ZLIB)
            ? ZLIB
            : features.contains(Feature.MULTIFD_ZSTD) ? ZSTD : NONE;
    return () -> new PacketStream(flags);
  }

  /** The method as the flags of a packet with pages name it. */
  int flags() {
    return flags;
  }

  /** Data of the next packet, which has these pages; none at all if it has none. */
  byte[] pack(List<SentPage> pages) {
    if (pages.isEmpty()) {
      return new byte[0];
    }
    try {
      for (SentPage page : pages) {
        stream.write(page.body());
      }
      stream.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] data = packed.toByteArray();
    packed.reset();
    return data;
  }

  @Override
  public void close() {
    try {
      stream.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
