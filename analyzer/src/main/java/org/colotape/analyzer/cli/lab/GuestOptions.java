package org.colotape.analyzer.cli.lab;

import org.colotape.analyzer.lab.guest.Guest;
import org.colotape.analyzer.lab.guest.Pattern;
import picocli.CommandLine.Option;

/** What the guest of the lab does. */
final class GuestOptions {
  private static final int MIB = 1 << 20;

  @Option(
      names = "--pattern",
      paramLabel = Pattern.SYNTAX,
      description = {
        "How the guest dirties its range: one page after the other, by chance, seven of eight"
            + " writes on the first eighth, whole pages zeroed and filled in turn, whole pages"
            + " filled with something else each time, or not at all. Default: ${DEFAULT-VALUE}."
      })
  private Pattern pattern = Pattern.SEQUENTIAL;

  @Option(
      names = "--from",
      paramLabel = "ADDRESS",
      description = "Where the range begins. Default: 0x100000, which is also the least.")
  private String from = "0x100000";

  @Option(
      names = "--pages",
      paramLabel = "N",
      description = "Number of pages of the range. Default: ${DEFAULT-VALUE}.")
  private int pages = 256;

  @Option(
      names = "--speed",
      paramLabel = "N",
      description = {
        "Pages that the guest writes in a second; 0 for as many as it can. Default:"
            + " ${DEFAULT-VALUE}."
      })
  private int speed = 20_000;

  @Option(
      names = "--ram",
      paramLabel = "MIB",
      description = "RAM of each machine in MiB. Default: ${DEFAULT-VALUE}.")
  private int ramMib = 32;

  /** True if it writes all of a page, not only a word of it. */
  boolean fillsPages() {
    return pattern == Pattern.ZEROING || pattern == Pattern.REWRITE;
  }

  int ramMib() {
    return ramMib;
  }

  /** The guest; what is wrong with it is told in the exception's message. */
  Guest guest() {
    long start = Long.decode(from);
    long end = start + (long) pages * Guest.PAGE;
    if (ramMib < 8 || ramMib > 2048) {
      throw new IllegalArgumentException("--ram must be 8 to 2048");
    }
    if (start < Guest.LOWEST || start % Guest.PAGE != 0 || pages < 1 || end > (long) ramMib * MIB) {
      throw new IllegalArgumentException(
          "--from must be a page of 0x%x or more, and --pages must end within --ram"
              .formatted(Guest.LOWEST));
    }
    if (speed < 0 || speed > Guest.MOST_SPEED) {
      throw new IllegalArgumentException("--speed must be 0 to " + Guest.MOST_SPEED);
    }
    return new Guest(pattern, (int) start, pages, speed);
  }
}
