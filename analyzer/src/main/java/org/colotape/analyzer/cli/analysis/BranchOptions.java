package org.colotape.analyzer.cli.analysis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.colotape.replayer.branch.Branch;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.ColoMessageType;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Says what is to be different in a branch of the recording. */
final class BranchOptions {
  private static final Pattern EVENT = Pattern.compile("(\\d{1,18})=(.+)");
  private static final Pattern PAGE = Pattern.compile("(.+)\\+0x([0-9a-fA-F]{1,15})=(.+)");
  private static final Pattern BYTE = Pattern.compile("0x([0-9a-fA-F]{1,2})");

  @Option(
      names = "--branch-at",
      paramLabel = "SEQ",
      description = {
        "What if: analyse not the recording, but a branch that has this event (as 'colotape show'"
            + " numbers them) as the last one in common, and report on which pages the two differ."
            + " --rules are then those of the branch. Default: the event before the first that is"
            + " changed."
      })
  private @Nullable Long at;

  @Option(
      names = "--drop",
      paramLabel = "SEQ",
      description =
          "In the branch this event does not happen. May be given again, as all of these.")
  private List<Long> drop = new ArrayList<>();

  @Option(
      names = "--set-page",
      paramLabel = "SEQ=CONTENTS",
      description = {
        "In the branch the page of this event has other contents: 0xNN for as many of these bytes,"
            + " or a file."
      })
  private List<String> setPage = new ArrayList<>();

  @Option(
      names = "--set-message",
      paramLabel = "SEQ=TYPE",
      description =
          "In the branch this COLO message is of another type, for example vmstate-loaded.")
  private List<String> setMessage = new ArrayList<>();

  @Option(
      names = "--add-page",
      paramLabel = "SEQ=BLOCK+0xOFFSET=CONTENTS",
      description = "In the branch one more page arrives behind this event.")
  private List<String> addPage = new ArrayList<>();

  @Option(
      names = "--add-message",
      paramLabel = "SEQ=TYPE",
      description = "In the branch one more COLO message is sent behind this event.")
  private List<String> addMessage = new ArrayList<>();

  @Option(
      names = "--trunk-rules",
      paramLabel = "RULES",
      description =
          "The rules of the recording, up to the branch and in comparison. Default: qemu.")
  private RuleSet trunkRules = RuleSet.QEMU;

  /** True if a branch is asked for. */
  boolean given() {
    return at != null
        || !drop.isEmpty()
        || !setPage.isEmpty()
        || !setMessage.isEmpty()
        || !addPage.isEmpty()
        || !addMessage.isEmpty();
  }

  RuleSet trunkRules() {
    return trunkRules;
  }

  /** The last event in common. */
  long at() {
    if (at != null) {
      return at;
    }
    long first = Long.MAX_VALUE;
    for (long seq : drop) {
      first = Math.min(first, seq - 1);
    }
    for (String text : setPage) {
      first = Math.min(first, Change.parse(text).seq - 1);
    }
    for (String text : setMessage) {
      first = Math.min(first, Change.parse(text).seq - 1);
    }
    for (String text : addPage) {
      first = Math.min(first, Change.parse(text).seq);
    }
    for (String text : addMessage) {
      first = Math.min(first, Change.parse(text).seq);
    }
    return first;
  }

  /**
   * The branch.
   *
   * @param rules its rules
   * @param pageSize page size of the recording in bytes
   * @throws ColotapeException if the options can't be understood, or a file can't be read
   */
  Branch branch(RuleSet rules, int pageSize) {
    Branch branch = Branch.behind(at());
    if (!rules.equals(trunkRules)) {
      branch = branch.withRules(rules);
    }
    for (long seq : drop) {
      branch = branch.drop(seq);
    }
    for (String text : setPage) {
      Change change = Change.parse(text);
      branch = branch.page(change.seq, contents(change.what, pageSize));
    }
    for (String text : setMessage) {
      Change change = Change.parse(text);
      branch = branch.message(change.seq, type(change.what));
    }
    for (String text : addPage) {
      Change change = Change.parse(text);
      Matcher page = PAGE.matcher(change.what);
      if (!page.matches()) {
        throw notUnderstood(text, "write SEQ=BLOCK+0xOFFSET=CONTENTS");
      }
      long offset = Long.parseLong(page.group(2), 16);
      branch = branch.addPage(change.seq, page.group(1), offset, contents(page.group(3), pageSize));
    }
    for (String text : addMessage) {
      Change change = Change.parse(text);
      branch = branch.addMessage(change.seq, type(change.what));
    }
    return branch;
  }

  /** What is to be done to an event. */
  private record Change(long seq, String what) {
    static Change parse(String text) {
      Matcher form = EVENT.matcher(text);
      if (!form.matches()) {
        throw notUnderstood(text, "write SEQ=..., see --help");
      }
      return new Change(Long.parseLong(form.group(1)), form.group(2));
    }
  }

  private static byte[] contents(String text, int pageSize) {
    Matcher fill = BYTE.matcher(text);
    if (fill.matches()) {
      byte[] page = new byte[pageSize];
      Arrays.fill(page, (byte) Integer.parseInt(fill.group(1), 16));
      return page;
    }
    try {
      return Files.readAllBytes(Path.of(text));
    } catch (IOException e) {
      throw new ColotapeException(
          "cannot read the contents of a page: " + e.getMessage(),
          text,
          "give a file of a page's size, or 0xNN",
          e);
    }
  }

  private static ColoMessageType type(String text) {
    String name = text.replace('-', '_').toUpperCase(Locale.ROOT);
    return Arrays.stream(ColoMessageType.values())
        .filter(type -> type != ColoMessageType.UNKNOWN && type.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> notUnderstood(text, "use one of " + Arrays.toString(ColoMessageType.values())));
  }

  private static ColotapeException notUnderstood(String text, String remedy) {
    return new ColotapeException("not a change of a recording", text, remedy);
  }
}
