package org.colotape.analyzer.cli.show;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.analyzer.cli.frame.LogOptions;
import org.colotape.analyzer.cli.frame.OutputOptions;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.log.EventSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code colotape show}. */
@Command(
    name = "show",
    description = {
      "Show the events of a recording.",
      "A line has seq, checkpoint, channel with > (PVM to SVM) or < (SVM to PVM), stream offset,"
          + " kind, and what the event says. More than "
          + PageFold.LINES
          + " page events in a row of one block are one line, unless --every-page or --json is"
          + " given.",
      "An event is shown if it passes every filter that is given. Numbers are decimal, or"
          + " hexadecimal with 0x."
    },
    footer = {
      "",
      "JSON: the fields of the event's schema (schema/src/main/avro), without those that are null"
          + " or empty; bytes in hexadecimal, and wireLength, the number of captured bytes, in"
          + " place of wire"
    })
public final class ShowCommand implements Callable<Integer> {
  private static final int EVENTS_PER_FLUSH = 512;

  private final LogOptions log;
  private final OutputOptions output;
  private final Terminal terminal;

  @Spec CommandSpec spec;

  @Parameters(paramLabel = "RECORDING", description = LogOptions.RECORDING_HELP)
  private String name = "";

  @Option(
      names = "--checkpoint",
      paramLabel = Range.SYNTAX,
      description = "Events of these checkpoints.")
  private @Nullable Range checkpoints;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      split = ",",
      description =
          "Events of these kinds: ${COMPLETION-CANDIDATES}. Case and '-' for '_' do not matter.")
  private List<Kind> kinds = List.of();

  @Option(
      names = "--block",
      paramLabel = "BLOCK",
      description = "Pages and observations of this RAM block.")
  private @Nullable String block;

  @Option(
      names = "--pages",
      paramLabel = Range.SYNTAX,
      description = "Pages and observations that touch these pages (offset / page size).")
  private @Nullable Range pages;

  @Option(
      names = "--offset",
      paramLabel = Range.SYNTAX,
      description = "Pages and observations that touch these bytes of their block.")
  private @Nullable Range offsets;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Stop behind N events that were shown.")
  private long limit = Long.MAX_VALUE;

  @Option(names = "--every-page", description = "Give each page event its own line.")
  private boolean everyPage;

  /** The command, with what all commands share. */
  public ShowCommand(LogOptions log, OutputOptions output, Terminal terminal) {
    this.log = log;
    this.output = output;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (limit < 0) {
      throw new ParameterException(spec.commandLine(), "--limit can't be negative");
    }
    Set<Kind> wanted = EnumSet.noneOf(Kind.class);
    wanted.addAll(kinds);
    EventFilter filter = new EventFilter(checkpoints, wanted, block, pages, offsets);
    try (EventSource source = log.read(name)) {
      if (output.json()) {
        show(source, filter, event -> output.printJson(AvroJson.of(event)));
      } else {
        terminal.line(EventLine.HEAD);
        showLines(source, filter);
      }
    }
    return ExitCode.OK;
  }

  private void showLines(EventSource source, EventFilter filter) {
    if (everyPage) {
      show(source, filter, event -> terminal.line(EventLine.of(event)));
      return;
    }
    PageFold fold = new PageFold(terminal::line);
    try {
      show(source, filter, fold::accept);
    } finally {
      fold.flush();
    }
  }

  private void show(EventSource source, EventFilter filter, Consumer<Event> printer) {
    long shown = 0;
    boolean wanted = true;
    for (Event event = next(source, shown); event != null && wanted; event = next(source, shown)) {
      if (filter.passes(event)) {
        printer.accept(event);
        shown++;
      }
      // nobody reads on behind | head
      wanted = !filter.isBehind(event) && (shown % EVENTS_PER_FLUSH != 0 || terminal.flush());
    }
  }

  private @Nullable Event next(EventSource source, long shown) {
    return shown < limit ? source.next() : null;
  }
}
