package org.colotape.analyzer.cli.simulate;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import org.colotape.recorder.simulation.guest.WritePattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Takes a write pattern from the command line, and names them all. */
final class PatternConverter implements ITypeConverter<WritePattern>, Iterable<String> {
  @Override
  public WritePattern convert(String value) {
    return Arrays.stream(WritePattern.values())
        .filter(pattern -> name(pattern).equals(value))
        .findFirst()
        .orElseThrow(() -> new TypeConversionException("no pattern '" + value + "'"));
  }

  @Override
  public Iterator<String> iterator() {
    return Arrays.stream(WritePattern.values()).map(PatternConverter::name).iterator();
  }

  private static String name(WritePattern pattern) {
    return pattern.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
