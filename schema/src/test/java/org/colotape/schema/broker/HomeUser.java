package org.colotape.schema.broker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program that uses the broker of a home until its input ends. Prints the broker's address. */
final class HomeUser {
  private HomeUser() {}

  public static void main(String[] arguments) throws IOException {
    try (EmbeddedBroker broker = EmbeddedBroker.open(Path.of(arguments[0]))) {
      System.out.write((broker.bootstrapServers() + "\n").getBytes(StandardCharsets.UTF_8));
      System.out.flush();
      System.in.readAllBytes();
    }
  }

  /**
   * Starts the program as a process of its own.
   *
   * @param jvm further options for the JVM
   */
  static Process start(Path home, String... jvm) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of(jvm));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(HomeUser.class.getName(), home.toString()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  /** The address that a started program prints once it uses the broker. */
  static String address(Process user) throws IOException {
    return user.inputReader(StandardCharsets.UTF_8).readLine();
  }
}
