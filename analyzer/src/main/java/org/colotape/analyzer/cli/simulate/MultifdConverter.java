package org.colotape.analyzer.cli.simulate;

import org.colotape.recorder.simulation.SimulationSettings.Feature;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Takes a compression of multifd from the command line, by QEMU's names for them. */
final class MultifdConverter implements ITypeConverter<Feature> {
  static final String NONE = "none";

  @Override
  public Feature convert(String value) {
    return switch (value) {
      case NONE -> Feature.MULTIFD;
      case "zlib" -> Feature.MULTIFD_ZLIB;
      case "zstd" -> Feature.MULTIFD_ZSTD;
      default -> throw new TypeConversionException("no method '" + value + "' of multifd");
    };
  }
}
