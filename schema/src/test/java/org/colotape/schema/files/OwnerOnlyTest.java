package org.colotape.schema.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.colotape.schema.ColotapeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the umask of these tests is, others get nothing. */
class OwnerOnlyTest {
  private static final int NOBODY = 65534;

  @TempDir Path folder;

  @Test
  void aHomeIsMadeWithAllThatLeadsToItForItsOwnerAlone() throws IOException {
    Path home = OwnerOnly.home(folder.resolve("a/b"));

    assertThat(rights(home)).isEqualTo("rwx------");
    assertThat(rights(folder.resolve("a"))).isEqualTo("rwx------");
  }

  @Test
  void aHomeThatOthersMayReadIsShutToThem() throws IOException {
    Path home = folder("rwxr-xr-x");

    OwnerOnly.home(home);
    assertThat(rights(home)).isEqualTo("rwx------");
  }

  @Test
  void aHomeThatOthersMayWriteIsRefusedAndStaysAsItIs() throws IOException {
    for (String rights : new String[] {"rwxrwx---", "rwx----w-", "rwxrwxrwx"}) {
      Path home = folder(rights);

      assertThatThrownBy(() -> OwnerOnly.home(home))
          .isInstanceOf(ColotapeException.class)
          .hasMessageContainingAll(
              "other users may write in it (" + rights, home.toString(), "700");
      assertThat(rights(home)).isEqualTo(rights);
    }
  }

  @Test
  void aHomeOfAnotherUserIsRefusedByWhateverWayItIsNamed() throws IOException {
    assumeTrue(User.own() == 0, "only root can give a folder away");
    Path home = folder("rwx------");
    Files.setAttribute(home, "unix:uid", NOBODY);
    Path link = Files.createSymbolicLink(folder.resolve("link"), home);

    for (Path way : new Path[] {home, link}) {
      assertThatThrownBy(() -> OwnerOnly.home(way))
          .isInstanceOf(ColotapeException.class)
          .hasMessageContainingAll("it belongs to another user, uid 65534", way.toString());
    }
  }

  @Test
  void aFolderForResultsThatIsThereStaysAsItIs() throws IOException {
    Path results = folder("rwxr-xr-x");

    OwnerOnly.folder(results);
    assertThat(rights(results)).isEqualTo("rwxr-xr-x");
  }

  @Test
  void filesAreTheOwnersAlone() throws IOException {
    OwnerOnly.write(folder.resolve("stream")).close();
    OwnerOnly.write(folder.resolve("bytes"), new byte[] {1});
    OwnerOnly.newFile(folder.resolve("new"));
    OwnerOnly.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)
        .close();
    OwnerOnly.afresh(folder.resolve("afresh"));

    for (String name : new String[] {"stream", "bytes", "new", "lock", "afresh"}) {
      assertThat(rights(folder.resolve(name))).as(name).isEqualTo("rw-------");
    }
    assertThat(rights(OwnerOnly.newFolder(folder.resolve("f")))).isEqualTo("rwx------");
  }

  @Test
  void aNewFileIsNotWrittenThroughALinkThatWaitsForIt() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), "mine");
    Path link = Files.createSymbolicLink(folder.resolve("link"), victim);

    assertThatThrownBy(() -> OwnerOnly.write(link)).isInstanceOf(FileAlreadyExistsException.class);
    OwnerOnly.afresh(link);
    assertThat(victim).hasContent("mine");
    assertThat(link).isRegularFile().hasContent("");
    assertThat(Files.isSymbolicLink(link)).isFalse();
  }

  private Path folder(String rights) throws IOException {
    return Files.setPosixFilePermissions(
        Files.createTempDirectory(folder, "home"), PosixFilePermissions.fromString(rights));
  }

  private static String rights(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
