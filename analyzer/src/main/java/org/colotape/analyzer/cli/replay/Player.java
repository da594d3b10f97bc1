package org.colotape.analyzer.cli.replay;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.colotape.analyzer.cli.frame.Amounts;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.analyzer.cli.frame.OutputOptions;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.recorder.feed.Address;
import org.colotape.replayer.playback.Pace;
import org.colotape.replayer.playback.Playback;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.log.EventSource;
import org.jspecify.annotations.Nullable;

/** Plays a recording into a real secondary, and tells how far it got. */
final class Player {
  private final Terminal terminal;
  private final OutputOptions output;
  private final InputStream steps;

  /**
   * @param steps a line of it lets a playback by steps go on
   */
  Player(Terminal terminal, OutputOptions output, InputStream steps) {
    this.terminal = terminal;
    this.output = output;
    this.steps = steps;
  }

  /** Plays up to a checkpoint, or to the end. */
  int play(
      String name,
      EventSource source,
      Address to,
      @Nullable Integer until,
      Pace pace,
      Duration patience) {
    try (Playback playback = new Playback(source, to.resolve(), to.toString(), pace, patience)) {
      boolean there = playback.run(until, checkpoint -> reached(checkpoint, until, pace));
      Played played =
          new Played(
              name,
              to.toString(),
              playback.checkpoints() - 1,
              playback.sentBytes(),
              playback.answerBytes());
      if (output.json()) {
        output.printJson(played);
      } else {
        terminal.line(played.line());
      }
      if (!there) {
        throw new ColotapeException(
            "recording has no checkpoint " + until, name, "all of it was played");
      }
      return ExitCode.OK;
    }
  }

  private void reached(int checkpoint, @Nullable Integer until, Pace pace) {
    terminal.status("played checkpoint " + checkpoint);
    if (pace == Pace.STEP && (until == null || checkpoint < until)) {
      if (!output.json()) {
        terminal.line("played checkpoint " + checkpoint + "; Enter plays the next one");
      }
      terminal.flush();
      try {
        for (int read = steps.read(); read >= 0 && read != '\n'; ) {
          read = steps.read();
        }
      } catch (IOException e) {
        throw new ColotapeException(
            "cannot read the steps: " + e.getMessage(), "stdin", "use --pace fast", e);
      }
    }
  }

  /**
   * What was played, as {@code --json} prints it.
   *
   * @param lastCheckpoint number of the last checkpoint that was played
   * @param answerBytes bytes that the secondary answered as the recorded one did
   */
  private record Played(
      String recording, String to, int lastCheckpoint, long sentBytes, long answerBytes) {
    private String line() {
      return "played %s to %s: %s, %s sent, %d bytes answered as recorded"
          .formatted(
              recording,
              to,
              Amounts.checkpoints(lastCheckpoint),
              Amounts.bytes(sentBytes),
              answerBytes);
    }
  }
}
