package org.colotape.analyzer.lab.machine;

/** What QEMU itself said when it refused something or ended; the cause of a failure. */
public final class QemuWords extends Exception {
  private static final long serialVersionUID = 1L;

  private final String machine;
  private final boolean ended;

  /**
   * @param machine name of the machine
   * @param words QEMU's own
   * @param ended true if QEMU ended by itself, false if it refused something
   */
  QemuWords(String machine, String words, boolean ended) {
    super(words);
    this.machine = machine;
    this.ended = ended;
  }

  /** Name of the machine. */
  public String machine() {
    return machine;
  }

  /** What QEMU said. */
  public String words() {
    return String.valueOf(getMessage());
  }

  /** True if QEMU ended by itself, false if it refused something. */
  public boolean ended() {
    return ended;
  }
}
