package org.colotape.analyzer.lab.machine;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
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
  private static final Path KVM = Path.of("/dev/kvm");

  /**
   * Finds QEMU.
   *
   * @param program its file; null for the one on the PATH
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
    command.add(program == null ? onPath(searchPath) : program.toString());
    command.addAll(arguments);
    if (program != null && !Files.isExecutable(program)) {
      throw new ColotapeException(
          "no such program", program.toString(), "give the file of a QEMU for x86_64");
    }
    boolean works = kvmWorks();
    if ("kvm".equals(accelerator) && !works) {
      throw new ColotapeException(
          "kvm does not work here", KVM.toString(), "check the device's rights, or use TCG");
    }
    return new Hypervisor(List.copyOf(command), works && !"tcg".equals(accelerator));
  }

  /** True if the device can be opened for guests. */
  public static boolean kvmWorks() {
    try (FileChannel _ = FileChannel.open(KVM, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static String onPath(String searchPath) {
    for (String folder : searchPath.split(File.pathSeparator, -1)) {
      Path file = Path.of(folder, PROGRAM);
      if (Files.isExecutable(file)) {
        return file.toString();
      }
    }
    throw new ColotapeException(
        "QEMU is not installed",
        PROGRAM + " is not on the PATH",
        "install it (Debian: apt-get install qemu-system-x86), or name it with --qemu");
  }
}
