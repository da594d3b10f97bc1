package org.colotape.analyzer.cli.frame;

import org.colotape.schema.layout.Topics;
import picocli.CommandLine.ITypeConverter;

/** Takes a name for a new recording from the command line. */
public final class NameConverter implements ITypeConverter<String> {
  private static final ITypeConverter<Topics> TOPICS = Failures.asUsage(Topics::new);

  @Override
  public String convert(String value) throws Exception {
    return TOPICS.convert(value).recording();
  }
}
