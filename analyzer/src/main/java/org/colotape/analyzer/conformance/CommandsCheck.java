package org.colotape.analyzer.conformance;

import java.util.List;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.MigCommand;
import org.colotape.schema.event.SectionType;
import org.colotape.schema.wire.MigrationCommand;
import org.colotape.schema.wire.StreamFormat;
import org.jspecify.annotations.Nullable;

/** Commands, their payloads and their order. */
final class CommandsCheck implements Check {
  static final Rule PAYLOAD =
      Rule.error(
          "command-payload",
          "A command's payload is what the command takes.",
          "migration/savevm.c, mig_cmd_args, loadvm_process_command");

  /** A second one would empty the cache that pages are in. */
  static final Rule COLO_ONCE =
      Rule.error(
          "enable-colo-once",
          "ENABLE_COLO is sent once (bug 13, I1).",
          "migration/savevm.c, loadvm_process_enable_colo");

  static final Rule COLO_LATE =
      Rule.error(
          "enable-colo-late",
          "ENABLE_COLO is sent before the first RAM section (I1: pages before it reach no cache).",
          "migration/savevm.c, qemu_savevm_state_setup; migration/migration.c, migration_thread");

  static final Rule COLO_AND_POSTCOPY =
      Rule.error(
          "colo-and-discard",
          "With COLO no RAM is discarded and nothing is left for postcopy (bug 23).",
          "migration/options.c, migrate_caps_check; 18b1d3c952");

  static final Rule POSTCOPY_ORDER =
      Rule.error(
          "postcopy-order",
          "Postcopy is advised, then RAM is discarded, then LISTEN, then RUN, each once but"
              + " DISCARD.",
          "migration/savevm.c, loadvm_postcopy_handle_advise, _listen, _run");

  static final Rule RETURN_PATH_TWICE =
      Rule.error(
          "return-path-twice",
          "The return path is opened once.",
          "migration/savevm.c, loadvm_process_command (MIG_CMD_OPEN_RETURN_PATH)");

  static final Rule SWITCHOVER =
      Rule.error(
          "switchover-twice",
          "SWITCHOVER_START is sent once before the last RAM of a migration or checkpoint.",
          "migration/migration.c, migration_switchover_start");

  static final Rule IN_BLOB =
      Rule.error(
          "command-in-blob",
          "A vmstate blob holds no commands.",
          "migration/savevm.c, qemu_load_device_state");

  static final List<Rule> RULES =
      List.of(
          PAYLOAD,
          COLO_ONCE,
          COLO_LATE,
          COLO_AND_POSTCOPY,
          POSTCOPY_ORDER,
          RETURN_PATH_TWICE,
          SWITCHOVER,
          IN_BLOB);

  private final Facts facts;
  private int postcopy;
  private boolean discarded;
  private boolean returnPath;
  private boolean switchover;
  private boolean ramBegun;

  CommandsCheck(Facts facts) {
    this.facts = facts;
  }

  @Override
  public void see(Event event, Findings findings) {
    if (!Facts.isMain(event)) {
      return;
    }
    switch (event.getKind()) {
      case SECTION_START -> {
        ramBegun |= event.getSection().getName().equals(StreamFormat.RAM);
        switchover &= event.getSection().getType() == SectionType.PART;
      }
      case END_OF_SECTIONS -> switchover = false;
      case MIG_COMMAND -> command(event, event.getCommand(), findings);
      default -> {}
    }
  }

  private void command(Event event, MigCommand command, Findings findings) {
    String wrong =
        payload(
            event,
            MigrationCommand.of(command),
            Bytes.length(event) - StreamFormat.COMMAND_HEAD_BYTES);
    if (wrong != null) {
      findings.add(
          PAYLOAD, event, StreamFormat.COMMAND_HEAD_BYTES, command.getName() + ": " + wrong);
    }
    if (facts.blobEnd >= 0) {
      findings.add(IN_BLOB, event, command.getName() + " in a vmstate blob");
    }
    switch (MigrationCommand.of(command)) {
      case OPEN_RETURN_PATH -> {
        if (returnPath) {
          findings.add(RETURN_PATH_TWICE, event, "the return path is opened again");
        }
        returnPath = true;
      }
      case ENABLE_COLO -> enableColo(event, findings);
      case SWITCHOVER_START -> {
        if (switchover) {
          findings.add(SWITCHOVER, event, "SWITCHOVER_START again");
        }
        switchover = true;
      }
      case POSTCOPY_ADVISE, POSTCOPY_LISTEN, POSTCOPY_RUN, POSTCOPY_RAM_DISCARD ->
          postcopy(event, command, findings);
      case null, default -> {}
    }
  }

  private void enableColo(Event event, Findings findings) {
    if (facts.coloEnabled) {
      findings.add(COLO_ONCE, event, "ENABLE_COLO again: the cache loses what it holds");
    } else if (ramBegun) {
      findings.add(COLO_LATE, event, "ENABLE_COLO behind RAM: the cache lacks what came before");
    }
    if (postcopy > 0 || discarded) {
      findings.add(COLO_AND_POSTCOPY, event, "ENABLE_COLO in a postcopy migration");
    }
  }

  private void postcopy(Event event, MigCommand command, Findings findings) {
    if (facts.coloEnabled) {
      findings.add(COLO_AND_POSTCOPY, event, command.getName() + " with COLO");
    }
    int number = command.getCommand();
    boolean discard = MigrationCommand.POSTCOPY_RAM_DISCARD.is(event);
    int behind =
        switch (MigrationCommand.of(command)) {
          case POSTCOPY_ADVISE -> 0;
          case POSTCOPY_LISTEN, POSTCOPY_RAM_DISCARD -> MigrationCommand.POSTCOPY_ADVISE.number();
          case null, default -> MigrationCommand.POSTCOPY_LISTEN.number();
        };
    if (postcopy != behind) {
      findings.add(
          POSTCOPY_ORDER,
          event,
          command.getName() + (postcopy < behind ? " too early" : " again or too late"));
    }
    discarded |= discard;
    postcopy = discard ? postcopy : number;
  }

  /** What is wrong with a payload of this length, or null. */
  private @Nullable String payload(Event event, @Nullable MigrationCommand command, int length) {
    return switch (command) {
      case POSTCOPY_ADVISE -> advise(event, length);
      case POSTCOPY_RAM_DISCARD -> discard(event, length);
      case PACKAGED ->
          length == Integer.BYTES && Bytes.u32(event, StreamFormat.COMMAND_HEAD_BYTES) == 0
              ? "an empty package"
              : null;
      case RECV_BITMAP ->
          (length < 2 || Bytes.u8(event, StreamFormat.COMMAND_HEAD_BYTES) != length - 1)
              ? "the block's name is not as long as it says"
              : null;
      case null, default -> null;
    };
  }

  /** Summary of all page sizes in use, and the target's page size. */
  private @Nullable String advise(Event event, int length) {
    if (length == 0) {
      return null;
    }
    if (length != 2 * Long.BYTES) {
      return length + " bytes, not 0 or 16";
    }
    long pageSize = Bytes.u64(event, StreamFormat.COMMAND_HEAD_BYTES + Long.BYTES);
    return pageSize == facts.pageSize
        ? null
        : "page size %d in a stream of %d".formatted(pageSize, facts.pageSize);
  }

  /** u8 version 0, u8 length and name, a zero byte, then pairs of be64 offset and length. */
  private @Nullable String discard(Event event, int length) {
    int name = length < 2 ? 0 : Bytes.u8(event, StreamFormat.COMMAND_HEAD_BYTES + 1);
    int ranges = 2 + name + 1;
    if (length < ranges + 2 * Long.BYTES || (length - ranges) % (2 * Long.BYTES) != 0) {
      return "no whole ranges in " + length + " bytes";
    }
    if (Bytes.u8(event, StreamFormat.COMMAND_HEAD_BYTES) != 0) {
      return "version " + Bytes.u8(event, StreamFormat.COMMAND_HEAD_BYTES);
    }
    if (Bytes.u8(event, StreamFormat.COMMAND_HEAD_BYTES + ranges - 1) != 0) {
      return "no zero byte behind the block's name";
    }
    var block = facts.block(Bytes.text(event, StreamFormat.COMMAND_HEAD_BYTES + 2, name));
    if (block == null) {
      return "no RAM block '" + Bytes.text(event, StreamFormat.COMMAND_HEAD_BYTES + 2, name) + "'";
    }
    for (int at = StreamFormat.COMMAND_HEAD_BYTES + ranges;
        at < StreamFormat.COMMAND_HEAD_BYTES + length;
        at += 2 * Long.BYTES) {
      long offset = Bytes.u64(event, at);
      long bytes = Bytes.u64(event, at + Long.BYTES);
      if (offset < 0 || bytes <= 0 || bytes > block.getUsedLength() - offset) {
        return "a range of %d bytes at 0x%x, beyond the block".formatted(bytes, offset);
      }
    }
    return null;
  }
}
