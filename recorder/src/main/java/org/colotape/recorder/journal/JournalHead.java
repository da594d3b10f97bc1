package org.colotape.recorder.journal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.CRC32C;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.check.EventCheck;
import org.colotape.schema.codec.EventCodec;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingStart;
import org.colotape.schema.files.OwnerOnly;

/**
 * Which recording a journal belongs to: all that its first event says, so that it can be made
 * again. In the file it is be32 {@value #MAGIC}, be32 version {@value #VERSION}, be32 number of
 * page partitions, the log's address (be16 length, UTF-8), be32 length of an event of kind
 * RECORDING_START in the codec of the log, the event, and be32 CRC-32C of all before.
 *
 * @param id identity of the recording
 * @param start what its first event says
 * @param time when it was begun, in nanoseconds since 1970
 * @param pagePartitions number of page partitions
 * @param log where the recording is, for messages
 */
public record JournalHead(
    RecordingId id, RecordingStart start, long time, int pagePartitions, String log) {
  private static final int MAGIC = 0x43544a48; // CTJH
  private static final int VERSION = 1;
  private static final long NOT_ON_THE_WIRE = -1;
  private static final EventCodec<Event> CODEC = EventCodec.events();

  /** Name of the recording. */
  public String name() {
    return start.getName();
  }

  /** Writes the head; the file is there whole or not at all. */
  void write(Path file) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(MAGIC);
    out.writeInt(VERSION);
    out.writeInt(pagePartitions);
    out.writeUTF(log);
    byte[] event = CODEC.encode(event());
    out.writeInt(event.length);
    out.write(event);
    out.writeInt(checksum(bytes.toByteArray(), bytes.size()));
    Path part = file.resolveSibling(file.getFileName() + ".part");
    OwnerOnly.write(part, bytes.toByteArray());
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Reads a head.
   *
   * @throws ColotapeException if it is damaged
   */
  static JournalHead read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int body = bytes.length - Integer.BYTES;
    if (body < 0 || ByteBuffer.wrap(bytes).getInt(body) != checksum(bytes, body)) {
      throw damaged(file);
    }
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    if (in.readInt() != MAGIC || in.readInt() != VERSION) {
      throw damaged(file);
    }
    int partitions = in.readInt();
    String log = in.readUTF();
    Event event = CODEC.decode(ByteBuffer.wrap(in.readNBytes(in.readInt())), file::toString);
    EventCheck.check(event, file::toString);
    if (event.getKind() != Kind.RECORDING_START) {
      throw damaged(file);
    }
    return new JournalHead(
        event.getRecording(), event.getStart(), event.getCaptureTime(), partitions, log);
  }

  private Event event() {
    Event event = new Event();
    event.setRecording(id);
    event.setKind(Kind.RECORDING_START);
    event.setDirection(Direction.NONE);
    event.setStreamOffset(NOT_ON_THE_WIRE);
    event.setWire(ByteBuffer.allocate(0));
    event.setPageEnds(List.of());
    event.setCaptureTime(time);
    event.setStart(start);
    return event;
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  private static ColotapeException damaged(Path file) {
    return new ColotapeException(
        "not the head of a journal, or of another version",
        file.toString(),
        "resume with the Colotape version that wrote it, or delete the folder");
  }
}
