package org.colotape.recorder.observe;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.colotape.recorder.session.CheckpointObserver;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Observation;
import org.colotape.schema.event.ObservedPage;
import org.colotape.schema.layout.PageRegion;

/**
 * Adds images of guest memory to a recording as observations. An image that can't be used does not
 * end the recording: the stream goes on, and {@link #problems} says at the end what is missing.
 */
public final class ImageObserver implements CheckpointObserver {
  /**
   * Most bytes of memory that one event observes, so that it stays below the log's message size.
   */
  private static final int EVENT_BYTES = 1 << 19;

  private final List<MemoryImage> waiting;
  private final List<ColotapeException> problems = new ArrayList<>();
  private final StreamDigests stream = new StreamDigests();
  private int pageSize = 1;

  /**
   * @param images what is to be observed
   */
  public ImageObserver(List<MemoryImage> images) {
    waiting = new ArrayList<>(images);
  }

  @Override
  public void see(Event event) {
    if (event.getKind() == Kind.RAM_BLOCK_LIST) {
      pageSize = event.getBlocks().getPageSize();
    }
    stream.see(event);
  }

  @Override
  public void observe(int checkpoint, Consumer<Event> observations) {
    List<MemoryImage> due = waiting.stream().filter(i -> i.checkpoint() == checkpoint).toList();
    waiting.removeAll(due);
    for (MemoryImage image : due) {
      try {
        observe(image, observations);
      } catch (ColotapeException e) {
        problems.add(e);
      }
    }
  }

  /**
   * What could not be observed: images that can't be used, and checkpoints that never came. Empty
   * if all was.
   */
  public List<ColotapeException> problems() {
    List<ColotapeException> all = new ArrayList<>(problems);
    for (MemoryImage image : waiting) {
      all.add(
          new ColotapeException(
              "checkpoint " + image.checkpoint() + " is not in the stream",
              image.file().path().toString(),
              "the image was not added; see 'colotape analyze' for the checkpoints that are"
                  + " there"));
    }
    return all;
  }

  private void observe(MemoryImage image, Consumer<Event> observations) {
    String block = image.block() == null ? onlyBlock(image) : image.block();
    Long used = stream.usedLengths().get(block);
    if (used == null) {
      throw unusable(image, "no RAM block is called '" + block + "'");
    }
    int pages = Math.clamp(EVENT_BYTES / pageSize, 1, PageRegion.PAGES);
    byte[] chunk = new byte[pages * pageSize];
    try (InputStream in = image.file().open()) {
      long offset = 0;
      int read = in.readNBytes(chunk, 0, chunk.length);
      while (read > 0) {
        if (offset + read > used || read % pageSize != 0) {
          throw unusable(
              image, "block '" + block + "' has " + used + " bytes, the image another length");
        }
        observations.accept(event(image, block, offset, chunk, read));
        offset += read;
        read = in.readNBytes(chunk, 0, chunk.length);
      }
      if (offset != used) {
        throw unusable(image, "block '" + block + "' has " + used + " bytes, the image " + offset);
      }
    } catch (IOException e) {
      throw image.file().unreadable(e);
    }
  }

  private Event event(MemoryImage image, String block, long offset, byte[] chunk, int length) {
    ByteBuffer digests = ByteBuffer.allocate(length / pageSize * PageDigest.BYTES);
    List<ObservedPage> differing = new ArrayList<>();
    for (int at = 0; at < length; at += pageSize) {
      PageDigest digest = PageDigest.of(chunk, at, pageSize);
      digests.putLong(digest.high()).putLong(digest.low());
      if (!digest.equals(stream.last(block, offset + at, pageSize))) {
        byte[] page = Arrays.copyOfRange(chunk, at, at + pageSize);
        differing.add(new ObservedPage(offset + at, ByteBuffer.wrap(page)));
      }
    }
    Event event = new Event();
    event.setKind(Kind.OBSERVATION);
    event.setObservation(
        new Observation(image.memory(), block, offset, pageSize, digests.flip(), differing));
    return event;
  }

  private String onlyBlock(MemoryImage image) {
    long length = length(image);
    List<String> fitting =
        stream.usedLengths().entrySet().stream()
            .filter(block -> block.getValue() == length)
            .map(Map.Entry::getKey)
            .toList();
    if (fitting.size() != 1) {
      throw unusable(
          image,
          fitting.size()
              + " RAM blocks have its length of "
              + length
              + " bytes, name one: BLOCK=FILE");
    }
    return fitting.getFirst();
  }

  private static long length(MemoryImage image) {
    try (InputStream in = image.file().open()) {
      return in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw image.file().unreadable(e);
    }
  }

  private ColotapeException unusable(MemoryImage image, String why) {
    return new ColotapeException(
        "image can't be used as an observation: " + why,
        image.file().path().toString(),
        "the stream has " + stream.usedLengths());
  }
}
