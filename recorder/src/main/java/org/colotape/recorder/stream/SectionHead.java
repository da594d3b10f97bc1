package org.colotape.recorder.stream;

import org.colotape.schema.event.Section;
import org.colotape.schema.event.SectionType;
import org.colotape.schema.wire.StreamFormat;

/**
 * A section as START or FULL introduced it; PART, END and footers refer to it by id.
 *
 * @param type element that led this piece of the section
 * @param id unique in its stream
 * @param name the id string
 * @param instance instance id
 * @param version version id
 */
record SectionHead(SectionType type, long id, String name, long instance, long version) {
  /** Instance id 0 and version id 4 of the RAM section, as they stand behind its name. */
  static final long RAM_INSTANCE_AND_VERSION = StreamFormat.RAM_VERSION;

  /** In place of a section where none was introduced. */
  static final SectionHead NONE = new SectionHead(SectionType.UNKNOWN, 0, "", 0, 0);

  /** The RAM section, where its head was lost. */
  static SectionHead ram(long id) {
    return new SectionHead(SectionType.UNKNOWN, id, StreamFormat.RAM, 0, RAM_INSTANCE_AND_VERSION);
  }

  /** A section whose head was lost. */
  static SectionHead unknown(long id) {
    return new SectionHead(SectionType.UNKNOWN, id, "", 0, 0);
  }

  SectionHead as(SectionType led) {
    return new SectionHead(led, id, name, instance, version);
  }

  boolean isRam() {
    return name.equals(StreamFormat.RAM);
  }

  Section toEvent(long position) {
    return new Section(type, id, name, instance, version, position);
  }

  /** For messages: id and name. */
  String path() {
    return isRam() ? "ram section " + id : "section " + id + " (" + name + ")";
  }
}
