package org.colotape.analyzer.chronicle;

import static java.util.stream.Collectors.joining;

import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.PageEncoding;
import org.colotape.schema.log.StreamBytes;

/** Events of one subject, as they come. */
final class Passage {
  private static final int MOST_NAMES = 3;

  private final Subject subject;
  private final Event first;
  private final Map<PageEncoding, Long> pages = new EnumMap<>(PageEncoding.class);
  private final Set<String> devices = new LinkedHashSet<>();
  private String said = "";
  private long observed;
  private long unlike;
  private long lastSeq;
  private long events;
  private long bytes;

  Passage(Subject subject, Event first) {
    this.subject = subject;
    this.first = first;
  }

  boolean goesOn(Subject next, Event event) {
    return next.lasting() && next.equals(subject) && event.getDirection() == first.getDirection();
  }

  void add(Event event) {
    lastSeq = event.getSeq();
    events++;
    bytes += event.getWire().remaining() + StreamBytes.hole(event);
    switch (event.getKind()) {
      case PAGE ->
          pages.merge(event.getPage().getEncoding(), (long) event.getPage().getPages(), Long::sum);
      case SECTION_START, SECTION_END, DEVICE_STATE -> {
        String name = event.getSection().getName();
        devices.add(name.isEmpty() ? "section " + event.getSection().getId() : name);
      }
      case CONFIGURATION -> said = event.getConfiguration().getMachine();
      case OPAQUE -> said = event.getOpaque().getReason();
      case CHANNEL_END -> said = event.getChannelEnd().getReason();
      case OBSERVATION_MISSED -> said = event.getMissed().getReason();
      case ALTERED -> said = String.join("; ", event.getAlteration().getSteps());
      case OBSERVATION -> {
        observed += event.getObservation().getDigests().remaining() / PageDigest.BYTES;
        unlike += event.getObservation().getDiffering().size();
      }
      case COLO_MESSAGE -> {
        long size = event.getMessage().getSize();
        said = size == 0 ? "" : size + " bytes of device state";
      }
      default -> {
        // counted
      }
    }
  }

  Step step() {
    return new Step(
        subject.sort(),
        first.getDirection(),
        subject.name(),
        text(),
        first.getSeq(),
        lastSeq,
        events,
        bytes,
        first.getCaptureTime());
  }

  private String text() {
    if (!pages.isEmpty()) {
      long all = pages.values().stream().mapToLong(Long::longValue).sum();
      return pages.entrySet().stream()
          .map(entry -> entry.getValue() + " " + entry.getKey())
          .collect(joining(", ", (all == 1 ? "1 page: " : all + " pages: "), ""));
    }
    if (subject.sort() == Step.Sort.RAM) {
      return first.getKind() == Kind.RAM_BLOCK_LIST ? "block list" : "no pages";
    }
    if (subject.sort() == Step.Sort.OBSERVATION && observed > 0) {
      return observed + " pages, " + unlike + " unlike the stream";
    }
    if (!devices.isEmpty()) {
      int more = devices.size() - MOST_NAMES;
      return devices.stream().limit(MOST_NAMES).collect(joining(", "))
          + (more > 0 ? " and " + more + " more" : "");
    }
    return said;
  }
}
