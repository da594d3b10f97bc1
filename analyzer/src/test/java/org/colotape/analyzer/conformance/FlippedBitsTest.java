package org.colotape.analyzer.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.colotape.recorder.fixture.Captures;
import org.colotape.recorder.fixture.Events;
import org.colotape.recorder.fixture.Parsing;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One inverted bit somewhere in a real stream is found, but where only the guest could know: in the
 * contents of pages, and in the state of devices.
 */
class FlippedBitsTest {
  private record Place(Kind kind, int at) {}

  private static final class Tally {
    int flips;
    int found;

    @Override
    public String toString() {
      return found + " of " + flips;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "10.0-precopy-kvm, 1, 120, 0.75",
    "7.2-colo-multifd, 2, 120, 0.65",
    "7.2-compress, 3, 30, 0.7"
  })
  void mostSingleFlippedBitsOutsideOfPagesAndDeviceStateAreFound(
      String capture, long seed, int flips, double least) {
    byte[] bytes = Captures.stream(capture).read();
    List<Place> places = places(Parsing.stream(bytes));
    Map<String, Long> whole = Verified.bytes(bytes).counts();
    Random random = new Random(seed);
    Map<Kind, Tally> tallies = new EnumMap<>(Kind.class);
    int found = 0;
    for (int i = 0; i < flips; i++) {
      Place place = places.get(random.nextInt(places.size()));
      int bit = 1 << random.nextInt(Byte.SIZE);
      bytes[place.at] ^= (byte) bit;
      boolean differs = !Verified.bytes(bytes).counts().equals(whole);
      bytes[place.at] ^= (byte) bit;
      Tally tally = tallies.computeIfAbsent(place.kind, kind -> new Tally());
      tally.flips++;
      tally.found += differs ? 1 : 0;
      found += differs ? 1 : 0;
    }
    double ratio = (double) found / flips;
    System.out.printf("flipped bits, %s, seed %d: %.2f found, %s%n", capture, seed, ratio, tallies);
    assertThat(ratio).as("seed %d: %s", seed, tallies).isGreaterThan(least);
  }

  /** Bytes that structure the stream; one in a kind's events is as likely as any other. */
  private static List<Place> places(Events events) {
    Set<Kind> opaque = Set.of(Kind.DEVICE_STATE, Kind.CHANNEL_END);
    List<Place> places = new ArrayList<>();
    for (Event event : events.all()) {
      if (!opaque.contains(event.getKind())) {
        int head =
            event.getKind() == Kind.PAGE && event.getPage().getPages() == 1
                ? event.getPage().getDataStart()
                : event.getWire().remaining();
        for (int i = 0; i < head; i++) {
          places.add(new Place(event.getKind(), (int) event.getStreamOffset() + i));
        }
      }
    }
    return places;
  }
}
