package org.colotape.schema.codec;

import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.util.RandomData;
import org.colotape.schema.event.Event;

/** Events with every field filled at random, whatever the schema: they need not make sense. */
final class RandomEvents {
  private RandomEvents() {}

  static Event next(Schema schema, long seed) {
    RandomData data = new RandomData(EventModel.create(), schema, 1, seed);
    Object made = data.iterator().next();
    return (Event) SpecificData.getForSchema(schema).deepCopy(schema, made);
  }
}
