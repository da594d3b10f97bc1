package org.colotape.analyzer.cli.simulate;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.colotape.recorder.simulation.PairMemories;
import org.colotape.recorder.simulation.PairOutput;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Observation;
import org.colotape.schema.files.OwnerOnly;

/** Writes what a pair sends to a file for each channel and direction, as captures have them. */
final class SimulatedFiles implements PairOutput {
  private final Path folder;
  private final Map<String, OutputStream> files = new LinkedHashMap<>();
  private long bytes;
  private int checkpoint = -1;

  SimulatedFiles(Path folder) {
    this.folder = folder;
  }

  /** Bytes written so far. */
  long bytes() {
    return bytes;
  }

  /** The last whole checkpoint, or -1. */
  int checkpoint() {
    return checkpoint;
  }

  @Override
  public void sent(int channel, Direction direction, ByteBuffer sent) {
    String name = "c" + channel + (direction == Direction.PVM_TO_SVM ? ".p2s" : ".s2p");
    int length = sent.remaining();
    try {
      OutputStream file = files.get(name);
      if (file == null) {
        OwnerOnly.folder(folder);
        file = new BufferedOutputStream(OwnerOnly.write(folder.resolve(name)));
        files.put(name, file);
      }
      file.write(sent.array(), sent.arrayOffset() + sent.position(), length);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
    bytes += length;
  }

  @Override
  public void observed(Observation observation) {
    // it did not go over the wire
  }

  @Override
  public void sealed(int number, PairMemories memories) {
    checkpoint = number;
  }

  @Override
  public void passed(long nanoseconds) {
    // files have no time
  }

  @Override
  public void ended(boolean complete, String reason) {
    try {
      for (OutputStream file : files.values()) {
        file.close();
      }
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private ColotapeException cannotWrite(IOException cause) {
    return new ColotapeException(
        "cannot write channels: " + cause,
        folder.toString(),
        "give a folder that is empty or not there, with enough free space",
        cause);
  }
}
