package org.colotape.recorder.journal;

import java.util.Comparator;

/**
 * Where a record stands.
 *
 * @param segment number of its segment
 * @param position of its head in the file
 */
record Place(long segment, long position) implements Comparable<Place> {
  private static final Comparator<Place> ORDER =
      Comparator.comparingLong(Place::segment).thenComparingLong(Place::position);

  @Override
  public int compareTo(Place other) {
    return ORDER.compare(this, other);
  }
}
