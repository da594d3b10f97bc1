package org.colotape.analyzer.cli.record;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.analyzer.cli.frame.OutputOptions;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.recorder.journal.JournalFolder;
import org.colotape.recorder.journal.JournalHead;
import org.colotape.recorder.journal.JournalReader;
import org.colotape.recorder.journal.SegmentStock;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.log.RecordingLog;

/** Finishes recordings whose recorders were killed, from their journals. */
final class Resumption {
  private final RecordingLog log;
  private final String where;
  private final Terminal terminal;
  private final OutputOptions output;

  /**
   * @param where where the log is, as a journal says it
   */
  Resumption(RecordingLog log, String where, Terminal terminal, OutputOptions output) {
    this.log = log;
    this.where = where;
    this.terminal = terminal;
    this.output = output;
  }

  /** Finishes one recording. */
  int one(Path journals, String name) {
    JournalFolder folder = JournalFolder.open(journals.resolve(name));
    if (folder == null) {
      throw new ColotapeException(
          "there is no journal to resume, or its recorder still runs",
          journals.resolve(name).toString(),
          "see 'colotape list'; give the --home that it was recorded with");
    }
    return finish(folder);
  }

  /** Finishes all recordings whose recorders do not run any more. */
  int all(Path journals) {
    SegmentStock.deleteLeft(journals);
    List<JournalFolder> folders = new ArrayList<>();
    for (Path path : JournalFolder.all(journals)) {
      JournalFolder folder = JournalFolder.open(path);
      if (folder != null) {
        folders.add(folder);
      }
    }
    if (folders.isEmpty() && !output.json()) {
      terminal.line("nothing to resume");
    }
    int exitCode = ExitCode.OK;
    for (JournalFolder folder : folders) {
      try {
        int finished = finish(folder);
        exitCode = exitCode == ExitCode.OK ? finished : exitCode;
      } catch (ColotapeException e) {
        terminal.problem(String.valueOf(e.getMessage()));
        exitCode = ExitCode.FAILED;
      }
    }
    return exitCode;
  }

  private int finish(JournalFolder folder) {
    if (!isHere(folder.head())) {
      try (folder) {
        throw new ColotapeException(
            "recording " + folder.head().name() + " is not here but at " + folder.head().log(),
            folder.path().toString(),
            "give the same --home, --bootstrap-server or --kafka-config as it was recorded with");
      }
    }
    Publication publication =
        Publication.of(
            folder,
            JournalReader.left(folder),
            Publication.Retry.NEVER,
            () -> log,
            terminal,
            output);
    publication.run();
    ColotapeException failure = publication.failure();
    if (failure != null) {
      throw failure;
    }
    String doubt = publication.doubt();
    if (doubt == null) {
      return ExitCode.OK;
    }
    terminal.problem(doubt);
    return ExitCode.UNDECIDED;
  }

  private boolean isHere(JournalHead head) {
    return head.log().equals(where)
        || log.list().stream().anyMatch(recording -> recording.getId().equals(head.id()));
  }
}
