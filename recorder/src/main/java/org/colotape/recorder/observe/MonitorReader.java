package org.colotape.recorder.observe;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.colotape.recorder.qmp.QmpClient;
import org.colotape.schema.ColotapeException;

/**
 * Reads a block through QEMU's monitor: {@code pmemsave} writes what the guest sees at an address
 * into a file, and {@code info mtree -f} tells which part of the block that is (QEMU
 * system/memory.c, mtree_print_flatview). What the guest does not see of the block, for example
 * behind firmware, can't be read so.
 */
final class MonitorReader implements BlockReader {
  private static final Pattern RANGE =
      Pattern.compile(
          "\\s+(?<from>[0-9a-f]{16})-(?<to>[0-9a-f]{16}) \\(prio -?\\d+, (ram|rom|nv-?ram)\\):"
              + " (?<name>\\S+)( @(?<offset>[0-9a-f]{16}))?( KVM)?");
  private static final Pattern MEMORY = Pattern.compile(" AS \"memory\", root: .*");
  private static final String FLAT_VIEWS = "info mtree -f";
  private static final String VIEW = "FlatView";
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  private final QmpClient monitor;
  private final String block;
  private final long length;
  private final Path folder;

  /** What was looked at: offset in the block, and the file that holds it from there on. */
  private final NavigableMap<Long, Part> parts = new TreeMap<>();

  /**
   * A part of the block that the guest sees.
   *
   * @param offset in the block
   * @param address where the guest sees it
   * @param length in bytes
   */
  record Range(long offset, long address, long length) {}

  /** A part of the block in a file. */
  private record Part(FileChannel file, long length) {}

  private MonitorReader(QmpClient monitor, String block, long length, Path folder) {
    this.monitor = monitor;
    this.block = block;
    this.length = length;
    this.folder = folder;
  }

  /**
   * Reads a block. QEMU must be able to write to this process's temporary files.
   *
   * @param monitor serves the readers of all blocks; who has connected closes it
   * @throws ColotapeException if the guest sees nothing of the block
   */
  static MonitorReader of(QmpClient monitor, String block, long length) throws IOException {
    if (ranges(monitor.human(FLAT_VIEWS), block).isEmpty()) {
      throw new ColotapeException(
          "the guest sees no memory called '" + block + "', so that the monitor can't save it",
          block,
          "observe it in the process: pid:N,qmp:SOCKET");
    }
    Path folder =
        Files.isWritable(SHARED_MEMORY)
            ? Files.createTempDirectory(SHARED_MEMORY, "colotape-observe-")
            : Files.createTempDirectory("colotape-observe-");
    return new MonitorReader(monitor, block, length, folder);
  }

  /** The parts of a block that the guest sees, of what {@code info mtree -f} prints. */
  static List<Range> ranges(String tree, String block) {
    List<Range> ranges = new ArrayList<>();
    boolean memory = false;
    for (String line : tree.lines().toList()) {
      Matcher range = RANGE.matcher(line.stripTrailing());
      if (line.startsWith(VIEW)) {
        memory = false;
      } else if (MEMORY.matcher(line.stripTrailing()).matches()) {
        memory = true;
      } else if (memory && range.matches() && range.group("name").equals(block)) {
        long from = Long.parseUnsignedLong(range.group("from"), 16);
        long to = Long.parseUnsignedLong(range.group("to"), 16);
        String offset = range.group("offset");
        ranges.add(
            new Range(
                offset == null ? 0 : Long.parseUnsignedLong(offset, 16), from, to - from + 1));
      }
    }
    return ranges;
  }

  private List<Range> ranges() {
    return ranges(monitor.human(FLAT_VIEWS), block);
  }

  @Override
  public String block() {
    return block;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void look() throws IOException {
    forget();
    for (Range range : ranges()) {
      Path file = folder.resolve(Long.toHexString(range.offset()));
      monitor.execute(
          "pmemsave",
          Map.of("val", range.address(), "size", range.length(), "filename", file.toString()));
      parts.put(
          range.offset(),
          new Part(
              FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE),
              range.length()));
    }
  }

  @Override
  public boolean holds(long offset) {
    Map.Entry<Long, Part> part = parts.floorEntry(offset);
    return part != null && offset - part.getKey() < part.getValue().length();
  }

  @Override
  public void read(long offset, byte[] into, int count) throws IOException {
    for (Map.Entry<Long, Part> part : parts.headMap(offset + count, false).entrySet()) {
      long from = Math.max(offset, part.getKey());
      long to = Math.min(offset + count, part.getKey() + part.getValue().length());
      FileReader reader =
          new FileReader(block, length, part.getValue().file(), from - part.getKey());
      if (to > from) {
        byte[] piece = new byte[(int) (to - from)];
        reader.read(0, piece, piece.length);
        System.arraycopy(piece, 0, into, (int) (from - offset), piece.length);
      }
    }
  }

  private void forget() throws IOException {
    for (Part part : parts.values()) {
      part.file().close();
    }
    parts.clear();
  }

  @Override
  public void close() throws IOException {
    forget();
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
      for (Path file : left) {
        Files.delete(file); // of a look that failed
      }
    }
    Files.delete(folder);
  }
}
