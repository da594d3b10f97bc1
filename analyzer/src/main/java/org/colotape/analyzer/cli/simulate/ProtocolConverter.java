package org.colotape.analyzer.cli.simulate;

import java.util.Arrays;
import java.util.Iterator;
import org.colotape.recorder.simulation.SimulationSettings.Protocol;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Takes a protocol of COLO from the command line, and names them all. */
final class ProtocolConverter implements ITypeConverter<Protocol>, Iterable<String> {
  @Override
  public Protocol convert(String value) {
    return Arrays.stream(Protocol.values())
        .filter(protocol -> protocol.title().equals(value))
        .findFirst()
        .orElseThrow(() -> new TypeConversionException("no protocol '" + value + "'"));
  }

  @Override
  public Iterator<String> iterator() {
    return Arrays.stream(Protocol.values()).map(Protocol::title).iterator();
  }
}
