package org.colotape.recorder.feed;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.colotape.schema.ColotapeException;

/**
 * An address as it is written on a command line: {@code HOST:PORT}, with an IPv6 host in brackets.
 *
 * @param host name or number
 * @param port 0 to 65535; 0 lets the system choose where one listens
 */
public record HostPort(String host, int port) implements Address {
  private static final Pattern FORM =
      Pattern.compile("(\\[(?<six>[0-9a-fA-F:.%]+)]|(?<host>[^:\\[\\]]+)):(?<port>\\d{1,5})");
  private static final int MAX_PORT = 0xffff;

  /**
   * Reads {@code HOST:PORT}.
   *
   * @throws ColotapeException if the text is not an address
   */
  public static HostPort parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches() || Integer.parseInt(form.group("port")) > MAX_PORT) {
      throw new ColotapeException(
          "not an address", text, "write HOST:PORT, for example 127.0.0.1:4444, or unix:PATH");
    }
    String six = form.group("six");
    return new HostPort(
        six == null ? form.group("host") : six, Integer.parseInt(form.group("port")));
  }

  /** The address of a socket. */
  static HostPort of(InetSocketAddress address) {
    return new HostPort(address.getAddress().getHostAddress(), address.getPort());
  }

  @Override
  public InetSocketAddress resolve() {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new ColotapeException("unknown host", host, "check the name, or give a number");
    }
    return address;
  }

  @Override
  public String toString() {
    return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
  }
}
