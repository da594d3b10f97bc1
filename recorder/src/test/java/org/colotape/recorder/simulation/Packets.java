package org.colotape.recorder.simulation;

import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.InflaterInputStream;
import org.colotape.recorder.simulation.guest.GuestPage;

/**
 * What came over a channel of multifd, read as QEMU's MultiFDPacket_t lies.
 *
 * @param heads the packets
 * @param epochs the pages up to each SYNC packet, and last what is behind it
 */
record Packets(List<Head> heads, List<Map<Place, byte[]>> epochs) {
  private static final int INIT_BYTES = 64;
  private static final int HEAD_BYTES = 1344;
  private static final int NAME_AT = 64;
  private static final int OFFSETS_AT = 320;
  private static final int SYNC = 1;
  private static final int ZLIB = 2;
  private static final int ZSTD = 4;

  /** The head of a packet, where it lies in the channel. */
  record Head(int at, int flags, int room, int normal, int dataBytes, long number, int zero) {
    boolean isSync() {
      return (flags & SYNC) != 0;
    }
  }

  /** Where a page is. */
  record Place(String block, long offset) {}

  static Packets of(byte[] channel) {
    ByteBuffer bytes = ByteBuffer.wrap(channel);
    List<Head> heads = heads(bytes);
    List<Map<Place, byte[]>> epochs = new ArrayList<>(List.of(new HashMap<>()));
    try (InputStream pages = pages(heads, channel)) {
      for (Head head : heads) {
        for (int i = 0; i < head.normal() + head.zero(); i++) {
          byte[] page =
              i < head.normal() ? pages.readNBytes(GuestPage.BYTES) : new byte[GuestPage.BYTES];
          epochs.getLast().put(place(bytes, head.at(), i), page);
        }
        if (head.isSync()) {
          epochs.add(new HashMap<>());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Packets(heads, epochs);
  }

  private static List<Head> heads(ByteBuffer bytes) {
    List<Head> heads = new ArrayList<>();
    int at = INIT_BYTES;
    while (at < bytes.limit()) {
      Head head =
          new Head(
              at,
              bytes.getInt(at + 8),
              bytes.getInt(at + 12),
              bytes.getInt(at + 16),
              bytes.getInt(at + 20),
              bytes.getLong(at + 24),
              bytes.getInt(at + 32));
      heads.add(head);
      at += HEAD_BYTES + head.dataBytes();
    }
    return heads;
  }

  /** The pages of a channel's packets, one behind the other. */
  private static InputStream pages(List<Head> heads, byte[] channel) throws IOException {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    int method = 0;
    for (Head head : heads) {
      data.write(channel, head.at() + HEAD_BYTES, head.dataBytes());
      method |= head.flags() & ~SYNC;
    }
    InputStream packed = new ByteArrayInputStream(data.toByteArray());
    return switch (method) {
      case ZLIB -> new InflaterInputStream(packed);
      case ZSTD -> new ZstdInputStream(packed).setContinuous(true);
      default -> packed;
    };
  }

  private static Place place(ByteBuffer bytes, int at, int page) {
    byte[] name = new byte[OFFSETS_AT - NAME_AT];
    bytes.get(at + NAME_AT, name);
    return new Place(
        new String(name, StandardCharsets.UTF_8).trim(),
        bytes.getLong(at + OFFSETS_AT + page * Long.BYTES));
  }
}
