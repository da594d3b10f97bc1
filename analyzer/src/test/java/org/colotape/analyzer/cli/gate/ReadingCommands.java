package org.colotape.analyzer.cli.gate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Every command line that reads the events of a recording or a tape. */
final class ReadingCommands {
  private ReadingCommands() {}

  /**
   * The command lines, without tape files to import.
   *
   * @param recording name of the recording, or path of the tape
   * @param folder takes what they would write
   */
  static List<List<Object>> of(Object recording, Path folder) {
    List<List<Object>> commands = new ArrayList<>();
    for (List<Object> options :
        List.of(
            List.<Object>of(),
            List.<Object>of("--json"),
            List.<Object>of("--full"),
            List.<Object>of("--at", 1),
            List.<Object>of("--html", folder.resolve("report.html")),
            List.<Object>of("--junit", folder.resolve("report.xml")),
            List.<Object>of("--csv", folder.resolve("report.csv")),
            List.<Object>of("--add-message", "3=VMSTATE_LOADED"))) {
      commands.add(command("analyze", recording, options));
    }
    commands.add(command("replay", recording, List.of()));
    commands.add(command("replay", recording, List.of("--sha256")));
    commands.add(command("replay", recording, List.of("--at", 1)));
    commands.add(command("replay", recording, List.of("--at-seq", 5)));
    commands.add(command("replay", recording, List.of("--images", folder.resolve("images"))));
    commands.add(command("replay", recording, List.of("--to-file", folder.resolve("channels"))));
    commands.add(command("show", recording, List.of()));
    commands.add(command("show", recording, List.of("--json", "--every-page")));
    commands.add(command("show", recording, List.of("--block", "pc.ram", "--offset", 0)));
    commands.add(command("export", recording, List.of(folder.resolve("all.tape"))));
    commands.add(command("export", recording, List.of(folder.resolve("red.tape"), "--redact")));
    commands.add(command("export", recording, List.of(folder.resolve("from.tape"), "--from", 1)));
    commands.add(command("export", recording, List.of(folder.resolve("d"), "--only-divergent")));
    commands.add(command("diff", recording, List.of(0, 1)));
    commands.add(command("blame", recording, List.of("pc.ram+0x1000")));
    commands.add(command("bisect", recording, List.of("--at", "pc.ram+0x1000", "--byte", "0x11")));
    commands.add(command("verify", recording, List.of()));
    commands.add(command("verify", recording, List.of("--json")));
    return commands;
  }

  /** One command line for each command. */
  static List<List<Object>> eachOnce(Object recording, Path folder) {
    Map<Object, List<Object>> commands = new LinkedHashMap<>();
    of(recording, folder).forEach(line -> commands.putIfAbsent(line.getFirst(), line));
    return List.copyOf(commands.values());
  }

  private static List<Object> command(String command, Object recording, List<Object> options) {
    return Stream.concat(Stream.of(command, recording), options.stream()).toList();
  }
}
