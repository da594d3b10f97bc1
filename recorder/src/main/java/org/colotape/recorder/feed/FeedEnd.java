package org.colotape.recorder.feed;

import java.io.IOException;
import org.colotape.schema.event.Closing;

/**
 * How a feed ended.
 *
 * @param complete true if every byte was read
 * @param closing what ended the last bytes of it
 * @param reason in a few words
 */
public record FeedEnd(boolean complete, Closing closing, String reason) {
  /** Every file was read to its end. */
  static final FeedEnd WHOLE = new FeedEnd(true, Closing.FILE_ENDED, "end of file");

  static FeedEnd cut(CapturedFile file, IOException cause) {
    return new FeedEnd(
        false,
        Closing.FILE_UNREADABLE,
        file.path() + " can't be read further: " + cause.getMessage());
  }

  /** This end, or the other one if only that was cut. */
  FeedEnd and(FeedEnd other) {
    return complete ? other : this;
  }
}
