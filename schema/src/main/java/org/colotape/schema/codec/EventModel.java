package org.colotape.schema.codec;

import org.apache.avro.specific.SpecificData;
import org.apache.avro.util.ClassSecurityValidator;
import org.colotape.schema.event.Event;

/**
 * Avro's data model for the generated classes: it uses their generated coders, which are faster
 * than field access.
 */
public final class EventModel {
  private static final String GENERATED = Event.class.getPackageName() + '.';

  static {
    // Avro makes objects of trusted classes only, so that a schema in a hostile file can't name any
    // class it likes.
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(
            ClassSecurityValidator.getGlobal(), type -> type.getName().startsWith(GENERATED)));
  }

  private EventModel() {}

  /** A new data model. */
  public static SpecificData create() {
    SpecificData model = new SpecificData(Event.class.getClassLoader());
    model.setCustomCoders(true);
    return model;
  }
}
