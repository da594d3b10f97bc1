package org.colotape.analyzer.lab.machine;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.colotape.schema.ColotapeException;
import org.jspecify.annotations.Nullable;

/**
 * The QEMU that runs machines.
 *
 * @param command the program and the arguments that come first
 * @param kvm true if guests run under kvm, false if under TCG
 */
public record Hypervisor(List<String> command, boolean kvm) {
  private static final String PROGRAM = "qemu-system-x86_64";
  private static final Pattern VERSION = Pattern.compile("QEMU emulator version (.+)");
  private static final Path KVM = Path.of("/dev/kvm");

  /**
   * Finds QEMU.
   *
   * @param program its file, or its name on the PATH; null for {@value #PROGRAM}
   * @param arguments what always comes first
   * @param accelerator "kvm" or "tcg"; null for kvm where it works, else TCG
   * @param searchPath the PATH
   * @throws ColotapeException if it is not there, or kvm does not work although it must
   */
  public static Hypervisor find(
      @Nullable Path program,
      List<String> arguments,
      @Nullable String accelerator,
      String searchPath) {
    List<String> command = new ArrayList<>();
    command.add(program == null ? installed(searchPath) : named(program, searchPath));
    command.addAll(arguments);
    boolean works = kvmWorks();
    if ("kvm".equals(accelerator) && !works) {
      throw new ColotapeException(
          "kvm does not work here", KVM.toString(), "check the device's rights, or use TCG");
    }
    return new Hypervisor(List.copyOf(command), works && !"tcg".equals(accelerator));
  }

  /**
   * QEMU's version, as it tells it: {@code 10.0.13 (Debian 1:10.0.13+ds-0+deb13u1)}.
   *
   * @throws ColotapeException if the program can't be run, or does not say
   */
  public String version() {
    List<String> line = new ArrayList<>(command);
    line.add("--version");
    String said = "";
    try {
      Process process =
          new ProcessBuilder(line)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectErrorStream(true)
              .start();
      said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      Matcher version = VERSION.matcher(said);
      if (process.waitFor() == 0 && version.find()) {
        return version.group(1);
      }
    } catch (IOException e) {
      said = String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new ColotapeException(
        "QEMU does not tell its version: " + said,
        String.join(" ", command),
        "give the file of a QEMU for x86_64 that runs here");
  }

  /** True if the device can be opened for guests. */
  public static boolean kvmWorks() {
    try (FileChannel _ = FileChannel.open(KVM, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static String installed(String searchPath) {
    Path found = onPath(PROGRAM, searchPath);
    if (found == null) {
      throw new ColotapeException(
          "QEMU is not installed",
          PROGRAM + " is not on the PATH",
          "install it (Debian: apt-get install qemu-system-x86), or name it with --qemu");
    }
    return found.toString();
  }

  /** A name without a folder is looked for on the PATH, as a shell does it. */
  private static String named(Path program, String searchPath) {
    boolean bare = program.getNameCount() == 1 && !program.isAbsolute();
    Path found = bare ? onPath(program.toString(), searchPath) : program;
    if (found == null || !Files.isExecutable(found)) {
      throw new ColotapeException(
          "no such program", program.toString(), "give the file of a QEMU for x86_64");
    }
    return found.toString();
  }

  private static @Nullable Path onPath(String name, String searchPath) {
    return Stream.of(searchPath.split(File.pathSeparator, -1))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }
}
