package org.colotape.replayer.memory;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A set of page numbers that comes in intervals: what it costs follows their number, not how long
 * they are.
 */
public final class Intervals {
  /** First page of each interval to the one behind its last. No two touch. */
  private final NavigableMap<Integer, Integer> ends = new TreeMap<>();

  private long size;

  /** Takes an interval of pages. */
  @FunctionalInterface
  public interface Taker {
    /** Takes pages {@code from} to {@code to - 1}; there is one at least. */
    void take(int from, int to);
  }

  /** True if it has no page. */
  public boolean isEmpty() {
    return ends.isEmpty();
  }

  /** Number of pages. */
  public long size() {
    return size;
  }

  /** The first page; there must be one. */
  public int first() {
    return ends.firstKey();
  }

  /**
   * Adds pages {@code from} to {@code to - 1}.
   *
   * @param fresh is given those that were not in it, in order
   */
  public void add(int from, int to, Taker fresh) {
    if (from >= to) {
      return;
    }
    int first = from;
    int end = to;
    int next = from;
    for (Map.Entry<Integer, Integer> there = touching(from);
        there != null && there.getKey() <= to;
        there = ends.ceilingEntry(next)) {
      if (there.getKey() > next) {
        take(next, there.getKey(), fresh);
      }
      first = Math.min(first, there.getKey());
      end = Math.max(end, there.getValue());
      next = Math.max(next, there.getValue());
      ends.remove(there.getKey());
    }
    if (next < to) {
      take(next, to, fresh);
    }
    ends.put(first, end);
  }

  private void take(int from, int to, Taker fresh) {
    size += to - from;
    fresh.take(from, to);
  }

  /** The first interval that ends at a page or behind it. */
  private Map.@Nullable Entry<Integer, Integer> touching(int page) {
    Map.Entry<Integer, Integer> before = ends.floorEntry(page);
    return before != null && before.getValue() >= page ? before : ends.higherEntry(page);
  }

  /** Removes pages {@code from} to {@code to - 1}, as far as they are in it. */
  public void remove(int from, int to) {
    if (ends.isEmpty() || from >= to) {
      return;
    }
    for (Map.Entry<Integer, Integer> there = touching(from);
        there != null && there.getKey() < to;
        there = ends.ceilingEntry(there.getValue())) {
      int first = there.getKey();
      int end = there.getValue();
      size -= Math.max(0, Math.min(end, to) - Math.max(first, from));
      ends.remove(first);
      if (first < from) {
        ends.put(first, Math.min(end, from));
      }
      if (end > to) {
        ends.put(Math.max(first, to), end);
      }
    }
  }

  /** Writes it, for {@link #load}. */
  public void save(DataOutput out) throws IOException {
    out.writeInt(ends.size());
    for (Map.Entry<Integer, Integer> interval : ends.entrySet()) {
      out.writeInt(interval.getKey());
      out.writeInt(interval.getValue());
    }
  }

  /** Adds what {@link #save} wrote. */
  public void load(DataInput in) throws IOException {
    for (int left = in.readInt(); left > 0; left--) {
      add(in.readInt(), in.readInt(), (from, to) -> {});
    }
  }
}
