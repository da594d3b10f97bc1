package org.colotape.analyzer.cli.simulate;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Takes a size in bytes from the command line, as QEMU's {@code -m} does: 512M, 16G. */
final class SizeConverter implements ITypeConverter<Long> {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})([KMG]?)(I?B)?");

  @Override
  public Long convert(String value) {
    Matcher size = SIZE.matcher(value.toUpperCase(Locale.ROOT));
    if (!size.matches()) {
      throw new TypeConversionException("'" + value + "' is no size, write one like 64M or 16G");
    }
    int shift = " KMG".indexOf(size.group(2).isEmpty() ? " " : size.group(2)) * 10;
    return Long.parseLong(size.group(1)) << shift;
  }
}
