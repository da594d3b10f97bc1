package org.colotape.replayer.replay;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.colotape.schema.event.Event;
import org.jspecify.annotations.Nullable;

/**
 * Why the secondary's load ended, and at which event. Nothing of the checkpoint it happened in
 * reaches SVM RAM, nor of any later one.
 *
 * @param reason what kind of error it is
 * @param detail what was wrong, in one line without the place
 * @param block the RAM block in question, or empty
 * @param offset offset in the block in bytes, or -1
 * @param seq the event's place in the recording
 * @param checkpoint the event's checkpoint
 * @param channel the event's channel
 * @param streamOffset place of the event's first byte in its channel
 */
public record ReplayError(
    Reason reason,
    String detail,
    String block,
    long offset,
    long seq,
    int checkpoint,
    int channel,
    long streamOffset) {

  /** Kinds of errors. */
  public enum Reason {
    /**
     * A page lies beyond the used length, or not on a page boundary (QEMU: "Illegal RAM offset").
     */
    ILLEGAL_OFFSET,
    /** A page of a block that no RAM block list introduced (QEMU: "Can't find block"). */
    UNKNOWN_BLOCK,
    /** A page in COLO state of a block that has no cache (QEMU colo_cache_from_block_offset). */
    BLOCK_WITHOUT_CACHE,
    /** A page's data are not what its encoding allows, or the encoding can't be decoded. */
    BAD_PAGE_DATA,
    /** A command whose payload is not what such a command has. */
    BAD_COMMAND,
    /** A RAM block list with impossible lengths or page sizes. */
    BAD_BLOCK_LIST,
    /** Bytes that the recorder could not parse: pages may have been among them. */
    UNPARSED_BYTES,
    /** Pages came on a channel that is not in the recording. */
    MISSING_CHANNEL
  }

  static void save(DataOutput out, @Nullable ReplayError error) throws IOException {
    out.writeBoolean(error != null);
    if (error != null) {
      out.writeUTF(error.reason.name());
      out.writeUTF(error.detail);
      out.writeUTF(error.block);
      out.writeLong(error.offset);
      out.writeLong(error.seq);
      out.writeInt(error.checkpoint);
      out.writeInt(error.channel);
      out.writeLong(error.streamOffset);
    }
  }

  static @Nullable ReplayError load(DataInput in) throws IOException {
    return in.readBoolean()
        ? new ReplayError(
            Reason.valueOf(in.readUTF()),
            in.readUTF(),
            in.readUTF(),
            in.readLong(),
            in.readLong(),
            in.readInt(),
            in.readInt(),
            in.readLong())
        : null;
  }

  static ReplayError at(Event event, Reason reason, String detail) {
    return at(event, reason, detail, "", -1);
  }

  static ReplayError at(Event event, Reason reason, String detail, String block, long offset) {
    return new ReplayError(
        reason,
        detail,
        block,
        offset,
        event.getSeq(),
        event.getCheckpoint(),
        event.getChannel(),
        event.getStreamOffset());
  }

  /** The error and its place, in one line. */
  @Override
  public String toString() {
    String page = offset < 0 ? "" : String.format(", offset 0x%x", offset);
    String where = block.isEmpty() ? "" : "block " + block + page + ", ";
    return String.format(
        "%s (%scheckpoint %d, event %d, channel %d, stream offset %d)",
        detail, where, checkpoint, seq, channel, streamOffset);
  }
}
