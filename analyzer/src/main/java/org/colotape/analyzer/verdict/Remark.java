package org.colotape.analyzer.verdict;

import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Memory;

/** What makes a recording less than whole, or its verdict less than certain. */
public sealed interface Remark {
  /** The remark in one line. */
  String text();

  /**
   * Bytes that the recorder could not parse: events that follow one another without a gap in the
   * stream.
   *
   * @param channel their channel
   * @param direction their direction
   * @param checkpoint the checkpoint in which they begin
   * @param seq the first event
   * @param streamOffset place of the first byte in its channel and direction
   * @param bytes number of bytes
   * @param reason what was wrong with them
   * @param path where in the stream's structure
   */
  record Unparsed(
      int channel,
      Direction direction,
      int checkpoint,
      long seq,
      long streamOffset,
      long bytes,
      String reason,
      String path)
      implements Remark {
    /** True if guest pages may be among the bytes. */
    public boolean mayHoldPages() {
      return direction == Direction.PVM_TO_SVM;
    }

    @Override
    public String text() {
      return String.format(
          "%d bytes not parsed at stream offset 0x%x of channel %d, %s (event %d, checkpoint %d,"
              + " %s): %s",
          bytes,
          streamOffset,
          channel,
          direction == Direction.SVM_TO_PVM ? "SVM to PVM" : "PVM to SVM",
          seq,
          checkpoint,
          path,
          reason);
    }
  }

  /** The bytes from SVM to PVM were not recorded, so flushes are inferred from the stream alone. */
  record NoReturnPath() implements Remark {
    @Override
    public String text() {
      return "no return path was recorded: each checkpoint that arrived whole counts as flushed";
    }
  }

  /**
   * The VM description puts the end of a device section elsewhere than it was found.
   *
   * @param section name and lengths, as the recorder states them
   * @param seq the event
   */
  record Contradiction(String section, long seq) implements Remark {
    @Override
    public String text() {
      return "the VM description contradicts the end of a device section (event "
          + seq
          + "): "
          + section;
    }
  }

  /**
   * Pages whose RAM block had to be inferred, because bytes in front of them were damaged.
   *
   * @param pages how many
   * @param firstSeq the first event
   */
  record InferredBlocks(long pages, long firstSeq) implements Remark {
    @Override
    public String text() {
      return pages + " pages are of a RAM block that was inferred, from event " + firstSeq + " on";
    }
  }

  /**
   * The stream carries zero pages and no others. No machine's memory is like that, but the main
   * channel of a multifd migration is where the sender is older than QEMU 9.0, and nothing else on
   * it tells.
   *
   * @param zeroPages how many
   */
  record NoContents(long zeroPages) implements Remark {
    @Override
    public String text() {
      return zeroPages
          + " zero pages and no others were recorded: with multifd those are on further channels";
    }
  }

  /**
   * An observation that could not be compared.
   *
   * @param memory whose memory was observed
   * @param block the RAM block
   * @param checkpoint the checkpoint
   * @param seq the event
   * @param why what is wrong with it, to follow "an observation"
   */
  record UnusedObservation(Memory memory, String block, int checkpoint, long seq, String why)
      implements Remark {
    @Override
    public String text() {
      return String.format(
          "%s block %s at checkpoint %d (event %d): an observation %s is not used",
          memory, block, checkpoint, seq, why);
    }
  }

  /**
   * The SVM was observed with other contents than the cache. Its guest runs again as soon as it has
   * flushed, before it says LOADED (QEMU migration/colo.c, colo_incoming_process_checkpoint), so
   * what differs may be what it has written since.
   *
   * @param checkpoint the checkpoint
   * @param block the RAM block
   * @param pages number of pages
   */
  record RunningSvm(int checkpoint, String block, int pages) implements Remark {
    @Override
    public String text() {
      return String.format(
          "SVM block %s at checkpoint %d: the SVM runs again before it can be observed, so its"
              + " guest may have written some of the %d pages since the flush",
          block, checkpoint, pages);
    }
  }

  /**
   * The bytes of a channel stopped in the middle of an element.
   *
   * @param channel the channel
   * @param direction which way its bytes went
   * @param length bytes that it carried
   * @param reason why it ended
   */
  record CutChannel(int channel, Direction direction, long length, String reason)
      implements Remark {
    /** True of the primary's bytes on the main channel. */
    boolean isMain() {
      return channel == 0 && direction == Direction.PVM_TO_SVM;
    }

    @Override
    public String text() {
      return String.format(
          "channel %d, %s, stops in the middle of an element behind %d bytes: %s",
          channel, direction == Direction.SVM_TO_PVM ? "SVM to PVM" : "PVM to SVM", length, reason);
    }
  }

  /**
   * A memory that was not observed at a checkpoint, or not all of it.
   *
   * @param memory whose memory
   * @param block the RAM block; empty if nothing of the memory was observed
   * @param checkpoint the checkpoint
   * @param seq the event
   * @param why as the recorder says
   */
  record Missed(Memory memory, String block, int checkpoint, long seq, String why)
      implements Remark {
    @Override
    public String text() {
      return String.format(
          "%s%s was not wholly observed at checkpoint %d (event %d): %s",
          memory, block.isEmpty() ? "" : " block " + block, checkpoint, seq, why);
    }
  }

  /**
   * A memory that was to be observed, and never was.
   *
   * @param memory whose memory
   */
  record NeverObserved(Memory memory) implements Remark {
    @Override
    public String text() {
      return memory + " was to be observed, and was not at any checkpoint";
    }
  }

  /**
   * Whether the primary entered COLO state is not told: since QEMU 11.1 nothing announces it before
   * the first REQUEST, and a pair that dies before looks like an ordinary migration.
   */
  record ColoNotTold() implements Remark {
    @Override
    public String text() {
      return "whether the primary is in COLO state is not told: it opened a return path, and since"
          + " QEMU 11.1 nothing announces COLO before the first checkpoint";
    }
  }

  /**
   * The recording itself was not finished.
   *
   * @param why what is known of the cause
   */
  record Unfinished(String why) implements Remark {
    @Override
    public String text() {
      return "the recording was not finished: " + why;
    }
  }
}
