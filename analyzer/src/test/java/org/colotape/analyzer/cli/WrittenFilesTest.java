package org.colotape.analyzer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.colotape.analyzer.cli.fixture.Cli;
import org.colotape.analyzer.cli.fixture.Streams;
import org.colotape.schema.broker.EmbeddedBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a command writes, also while it runs, is its owner's alone, with the umask of these
 * tests, which lets others read.
 */
class WrittenFilesTest {
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.range(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_EXECUTE);

  @TempDir Path folder;

  @Test
  void allThatIsWrittenBelongsToItsOwnerAlone() throws IOException {
    Path canary = Files.createFile(folder.resolve("canary"));
    assertThat(others(canary)).as("a umask that hides what this test is about").isNotEmpty();
    Files.delete(canary);

    Path home = folder.resolve("home");
    Cli cli = new Cli(home);
    Path stream = Streams.write(folder.resolve("p2s"), Streams.colo(2));
    Files.setPosixFilePermissions(stream, EnumSet.of(PosixFilePermission.OWNER_READ));
    try (EmbeddedBroker broker = EmbeddedBroker.open(home)) {
      for (List<Object> command :
          List.of(
              List.<Object>of("record", "--from-file", stream, "--as", "colo"),
              of("simulate", "--as", "pair", "--truth", out("truth.json")),
              of("simulate", "--tape", out("pair.tape")),
              of("simulate", "--to-files", out("files")),
              of("export", "colo", out("colo.tape")),
              of("export", "colo", out("from.tape"), "--from", 1),
              of("export", "colo", out("redacted.tape"), "--redact"),
              of("replay", "colo", "--images", out("images")),
              of("replay", "colo", "--to-file", out("channels")),
              of("analyze", "colo", "--html", out("a.html"), "--csv", out("a.csv")),
              of("analyze", "colo", "--junit", out("a.xml")),
              of("blame", "colo", "pc.ram+0x1000"))) {
        cli.run(command.toArray()).isFine();
        assertThat(readable(folder)).as("%s", command).isEmpty();
      }
      assertThat(broker.bootstrapServers()).isNotEmpty();
    }
    assertThat(readable(folder)).isEmpty();
    try (Stream<Path> written = Files.list(folder)) {
      assertThat(written.map(path -> path.getFileName().toString()))
          .contains("home", "truth.json", "pair.tape", "images", "channels", "files", "a.html");
    }
  }

  @Test
  void inAFolderThatOthersMayReadAreFilesThatTheyMayNot() throws IOException {
    Cli cli = new Cli(folder.resolve("home"));
    cli.run("simulate", "--tape", out("pair.tape")).isFine();
    Path there = Files.createDirectory(out("there"));
    Files.setPosixFilePermissions(there, EnumSet.allOf(PosixFilePermission.class));

    cli.run("replay", out("pair.tape"), "--images", there).isFine();
    cli.run("replay", out("pair.tape"), "--to-file", there).isFine();
    cli.run("simulate", "--to-files", Files.createDirectory(there.resolve("files"))).isFine();
    assertThat(readable(there)).containsExactly(there.resolve("files"));
    assertThat(readable(there.resolve("files"))).isEmpty();
  }

  @Test
  void aHomeThatWasOpenToOthersIsShutWhenItIsUsed() throws IOException {
    Path home = Files.createDirectory(folder.resolve("open"));
    Files.setPosixFilePermissions(
        home,
        EnumSet.complementOf(
            EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE)));

    new Cli(home).run("list").isFine();
    assertThat(others(home)).isEmpty();
  }

  @Test
  void aHomeInWhichOthersMayWriteIsRefused() throws IOException {
    Path home = Files.createDirectory(folder.resolve("shared"));
    Files.setPosixFilePermissions(home, EnumSet.allOf(PosixFilePermission.class));

    new Cli(home)
        .run("list")
        .hasFailed("other users may write in it", home.toString(), "chmod 700");
    assertThat(home).isEmptyDirectory();
  }

  private Path out(String name) {
    return folder.resolve(name);
  }

  private static List<Object> of(Object... command) {
    return List.of(command);
  }

  /** What others could come to, had they the folder itself. */
  private static List<Path> readable(Path folder) throws IOException {
    List<Path> readable = new ArrayList<>();
    try (Stream<Path> there = Files.list(folder)) {
      for (Path path : there.toList()) {
        if (!others(path).isEmpty()) {
          readable.add(path);
        }
      }
    }
    return readable;
  }

  private static Set<PosixFilePermission> others(Path path) throws IOException {
    Set<PosixFilePermission> rights = EnumSet.copyOf(Files.getPosixFilePermissions(path));
    rights.retainAll(OTHERS);
    return rights;
  }
}
