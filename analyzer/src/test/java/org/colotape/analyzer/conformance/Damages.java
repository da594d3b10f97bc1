package org.colotape.analyzer.conformance;

import static org.colotape.analyzer.conformance.Healthy.BLOCK;
import static org.colotape.analyzer.conformance.Healthy.LENGTH;
import static org.colotape.analyzer.conformance.Healthy.ZLIB;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.EOS;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.MEM_SIZE;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.MULTIFD_FLUSH;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.PAGE;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.ZERO;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.colotape.recorder.fixture.MigrationStreamBuilder;
import org.colotape.recorder.fixture.MigrationStreamBuilder.Block;
import org.colotape.recorder.fixture.ReturnPathBuilder;
import org.colotape.recorder.fixture.SampleStreams;

/** For each rule of the stream and its return path, damage that breaks it. */
final class Damages {
  private static final byte[] ADVICE = ByteBuffer.allocate(16).putLong(4096).putLong(4096).array();

  private Damages() {}

  /** What the rules find in it, by the rule that the damage was made for. */
  static Map<String, Supplier<Verified>> all() {
    Map<String, Supplier<Verified>> damages = new LinkedHashMap<>();
    structure(damages);
    sections(damages);
    commands(damages);
    ram(damages);
    description(damages);
    colo(damages);
    returnPath(damages);
    ends(damages);
    return damages;
  }

  private static void structure(Map<String, Supplier<Verified>> damages) {
    damages.put("header", () -> head(b -> b.u32(0x5145_564e).u32(3).configuration("pc")));
    damages.put("configuration", () -> head(b -> b.header().u8(7).u32(1 << 20)));
    damages.put("configuration-missing", () -> head(MigrationStreamBuilder::header));
    damages.put("machine-name", () -> head(b -> b.header().configuration("pc i440fx")));
    damages.put(
        "configuration-version",
        () ->
            head(b ->
                b.header()
                    .configuration("pc")
                    .u8(5)
                    .name("configuration/capabilities")
                    .u32(2)
                    .u32(0)));
    damages.put("capability-unknown", () -> capabilities("x-ignore-shares"));
    damages.put("capability-twice", () -> capabilities("multifd", "multifd"));
    damages.put("page-bits", () -> head(b -> b.header().configuration("pc").targetPageBits(14)));
    damages.put("element", () -> devices(b -> b.u8(0x33).with(Healthy::devices)));
    damages.put(
        "unparsed",
        () -> {
          Healthy healthy = new Healthy();
          healthy.checkpoint = b -> b.checkpoint(Healthy::dirty, MigrationStreamBuilder::eof);
          return healthy.verified();
        });
  }

  private static void sections(Map<String, Supplier<Verified>> damages) {
    damages.put(
        "section-head", () -> Healthy.commands(b -> b.sectionHead(4, 9, "", 0, 1)).verified());
    damages.put("section-unknown", () -> Healthy.commands(b -> b.sectionHead(2, 77)).verified());
    damages.put(
        "footer",
        () -> {
          Healthy healthy = new Healthy();
          healthy.part = b -> b.sectionHead(2, 2).page(BLOCK, 0, 1).zeros(0x1000, 3).word(0, EOS);
          return healthy.verified();
        });
    damages.put("footer-id", HandMade::footerOfAnotherSection);
    damages.put("footers-mixed", HandMade::sectionWithoutFooter);
    damages.put(
        "section-id",
        () -> devices(b -> b.with(Healthy::devices).device(3, "uart", SampleStreams.state(5))));
    damages.put(
        "section-twice", () -> devices(b -> b.with(Healthy::devices).with(Healthy::devices)));
    damages.put(
        "section-name",
        () -> devices(b -> b.with(Healthy::devices).device(4, "cpu", SampleStreams.state(5))));
    damages.put(
        "section-version",
        () -> {
          Healthy healthy = new Healthy();
          healthy.checkpoint =
              b ->
                  b.checkpoint(
                      Healthy::dirty,
                      blob ->
                          blob.device(0, "timer", SampleStreams.state(40))
                              .sectionHead(4, 3, "cpu", 0, 2)
                              .raw(SampleStreams.state(194))
                              .footer(3));
          return healthy.verified();
        });
    damages.put(
        "ram-version",
        () -> {
          Healthy healthy = new Healthy();
          healthy.setup =
              b -> b.sectionHead(1, 2, "ram", 0, 3).blockList(new Block(BLOCK, LENGTH)).endOfRam();
          return healthy.verified();
        });
    damages.put(
        "section-after-end",
        () -> {
          Healthy healthy = new Healthy();
          Consumer<MigrationStreamBuilder> end = healthy.ramEnd;
          healthy.ramEnd = b -> b.with(end).ramPart(ram -> ram.page(BLOCK, 0, 9));
          return healthy.verified();
        });
    damages.put(
        "section-not-ended",
        () -> {
          Healthy healthy = new Healthy();
          healthy.ramEnd = b -> b.ramPart(ram -> ram.page(BLOCK, 0x4000, 1).zeros(0x5000, 3));
          return healthy.verified();
        });
  }

  private static void commands(Map<String, Supplier<Verified>> damages) {
    damages.put("command", () -> Healthy.commands(b -> b.command(2, new byte[3])).verified());
    damages.put(
        "command-payload",
        () -> Healthy.commands(b -> b.command(3, Arrays.copyOf(ADVICE, 8))).verified());
    damages.put(
        "enable-colo-once", () -> Healthy.commands(b -> b.enableColo().enableColo()).verified());
    damages.put(
        "enable-colo-late",
        () -> {
          Healthy healthy = Healthy.commands(b -> {});
          healthy.part = b -> b.enableColo().ramPart(ram -> ram.page(BLOCK, 0, 1).zeros(0x1000, 3));
          return healthy.verified();
        });
    damages.put(
        "colo-and-discard",
        () -> {
          Healthy healthy = Healthy.commands(b -> b.command(3, ADVICE).enableColo());
          healthy.part =
              b ->
                  b.ramPart(ram -> ram.page(BLOCK, 0, 1).zeros(0x1000, 3))
                      .command(6, discard(0x1000, 0x2000));
          return healthy.verified();
        });
    damages.put(
        "postcopy-order", () -> Healthy.commands(b -> b.command(3, ADVICE).command(5)).verified());
    damages.put(
        "return-path-twice", () -> Healthy.commands(b -> b.command(1).command(1)).verified());
    damages.put(
        "switchover-twice",
        () -> {
          Healthy healthy = new Healthy();
          Consumer<MigrationStreamBuilder> end = healthy.ramEnd;
          healthy.ramEnd = b -> b.command(11).command(11).with(end);
          return healthy.verified();
        });
    damages.put(
        "command-in-blob",
        () -> {
          Healthy healthy = new Healthy();
          healthy.checkpoint =
              b -> b.checkpoint(Healthy::dirty, blob -> blob.command(11).with(Healthy::devices));
          return healthy.verified();
        });
    damages.put(
        "package-length",
        () -> {
          Healthy healthy = Healthy.commands(b -> b.command(1));
          healthy.devices =
              b ->
                  b.command(7, ByteBuffer.allocate(4).putInt(20).array())
                      .device(0, "timer", SampleStreams.state(40));
          return healthy.verified();
        });
  }

  private static void ram(Map<String, Supplier<Verified>> damages) {
    damages.put(
        "ram-flags", () -> Healthy.records(ram -> ram.word(0x3000, PAGE | ZERO)).verified());
    damages.put(
        "ram-continue",
        () -> {
          Healthy healthy = new Healthy();
          healthy.part = b -> b.ramPart(ram -> ram.page(0, 1).zeros(0x1000, 3));
          return healthy.verified();
        });
    damages.put(
        "page-record",
        () -> Healthy.dirty(ram -> ram.page(BLOCK, 0, 1).word(0x1000, PAGE).u8(0)).verified());
    damages.put(
        "ram-word-reserved",
        () -> Healthy.dirty(ram -> ram.page(BLOCK, 0, 1).word(0x1000, MULTIFD_FLUSH)).verified());
    damages.put(
        "fill-byte", () -> Healthy.dirty(ram -> ram.page(BLOCK, 0, 1).fill(0x1000, 7)).verified());
    damages.put("page-length", HandMade::shortPage);
    damages.put("block-list", () -> setup(b -> b.word(2 * LENGTH, MEM_SIZE).name(BLOCK).u64(-1)));
    damages.put("block-list-total", HandMade::wrongTotal);
    damages.put(
        "block-list-place",
        () -> {
          Healthy healthy = new Healthy();
          healthy.part =
              b ->
                  b.ramPart(ram ->
                      ram.blockList(new Block(BLOCK, LENGTH)).page(BLOCK, 0, 1).zeros(0x1000, 3));
          return healthy.verified();
        });
    damages.put(
        "block-twice",
        () -> setup(b -> b.blockList(new Block(BLOCK, LENGTH), new Block(BLOCK, LENGTH))));
    damages.put(
        "block-length",
        () ->
            setup(b ->
                b.blockList(new Block(BLOCK, LENGTH), new Block("a", 100), new Block("b", 3996))));
    damages.put(
        "block-page-size",
        () -> setup(b -> b.word(LENGTH, MEM_SIZE).name(BLOCK).u64(LENGTH).u64(1 << 21)));
    damages.put(
        "block-resized",
        () -> {
          Healthy healthy = new Healthy();
          healthy.checkpoint =
              b ->
                  b.request()
                      .vmstateSend()
                      .blob(blob ->
                          blob.header()
                              .configuration("pc-i440fx-10.0")
                              .ramSetup(new Block(BLOCK, 2 * LENGTH))
                              .ramEnd(Healthy::dirty)
                              .with(Healthy::devices));
          return healthy.verified();
        });
    damages.put(
        "page-before-list",
        () -> {
          Healthy healthy = new Healthy();
          healthy.setup = b -> b.sectionHead(1, 2, "ram", 0, 4).endOfRam();
          return healthy.verified();
        });
    damages.put("page-block", () -> Healthy.dirty(ram -> ram.page("pc.rom", 0, 1)).verified());
    damages.put("page-offset", () -> Healthy.dirty(ram -> ram.page(BLOCK, LENGTH, 1)).verified());
    damages.put(
        "page-once", () -> Healthy.dirty(ram -> ram.page(BLOCK, 0, 1).page(0, 2)).verified());
    damages.put(
        "page-never-sent",
        () -> {
          Healthy healthy = new Healthy();
          healthy.part = b -> b.ramPart(ram -> ram.page(BLOCK, 0, 1).zeros(0x1000, 2));
          return healthy.verified();
        });
    damages.put(
        "xbzrle-base",
        () -> {
          Healthy healthy = new Healthy();
          healthy.part =
              b ->
                  b.ramPart(
                      ram -> ram.page(BLOCK, 0, 1).xbzrle(0x1000, delta(3, 1, 9)).zeros(0x2000, 2));
          return healthy.verified();
        });
    damages.put("xbzrle", () -> delta(delta(3, 1, 9, 0, 1, 9)));
    damages.put(
        "zlib-page",
        () ->
            Healthy.dirty(ram ->
                    ram.page(BLOCK, 0, 1).compressed(0x1000, Arrays.copyOf(ZLIB, ZLIB.length - 1)))
                .verified());
  }

  private static void description(Map<String, Supplier<Verified>> damages) {
    String json = Healthy.json();
    damages.put("description", () -> Healthy.described(json.replace('t', '\1')).verified());
    damages.put(
        "description-json", () -> Healthy.described(json.replace("]}]}", "]}}]")).verified());
    damages.put(
        "description-devices",
        () -> Healthy.described(json.replace("\"name\":\"cpu\"", "\"name\":\"spu\"")).verified());
    damages.put(
        "description-sizes",
        () -> Healthy.described(json.replace("\"array_len\":5", "\"array_len\":6")).verified());
    damages.put(
        "description-keys",
        () -> Healthy.described(json.replace("\"subsections\"", "\"subsectionz\"")).verified());
    damages.put(
        "description-fields",
        () ->
            Healthy.described(json.replace("\"uint64\",\"size\":8", "\"uint32\",\"size\":8"))
                .verified());
  }

  private static void colo(Map<String, Supplier<Verified>> damages) {
    damages.put(
        "colo-not-enabled",
        () -> {
          Healthy healthy = new Healthy();
          healthy.commands = b -> {};
          return healthy.verified();
        });
    damages.put(
        "colo-message",
        () -> {
          Healthy healthy = new Healthy();
          healthy.checkpoint = b -> b.u32(9).with(new Healthy().checkpoint);
          return healthy.verified();
        });
    damages.put(
        "colo-primary-order",
        () -> {
          Healthy healthy = new Healthy();
          healthy.checkpoint = b -> b.request().with(new Healthy().checkpoint);
          return healthy.verified();
        });
    damages.put(
        "colo-secondary-order",
        () -> new Healthy().answered(answer().ready(), answer().reply(), answer().loaded()));
    damages.put(
        "colo-request-early",
        () ->
            new Healthy()
                .answered(
                    answer().ready(),
                    answer().reply(),
                    answer().received(),
                    answer().loaded().reply(),
                    answer().received().loaded()));
    damages.put(
        "colo-send-early",
        () -> new Healthy().answered(answer().ready(), answer(), answer().checkpoint()));
    damages.put(
        "colo-answer-early",
        () -> new Healthy().answered(answer().ready(), answer().reply().received().loaded()));
    damages.put(
        "colo-not-ready",
        () -> {
          Healthy healthy = new Healthy();
          healthy.checkpoints = 0;
          return healthy.answered();
        });
    damages.put(
        "colo-unanswered",
        () ->
            new Healthy()
                .answered(
                    answer().ready(),
                    answer().reply(),
                    answer().received().loaded(),
                    answer().reply(),
                    answer().received()));
    damages.put(
        "vmstate-size",
        () -> {
          Healthy healthy = new Healthy();
          healthy.checkpoint =
              b ->
                  b.request()
                      .vmstateSend()
                      .ramEnd(Healthy::dirty)
                      .eof()
                      .vmstateSize(300)
                      .with(Healthy::devices)
                      .eof();
          return healthy.verified();
        });
    damages.put(
        "vmstate-contents",
        () -> {
          Healthy healthy = new Healthy();
          healthy.checkpoint =
              b ->
                  b.checkpoint(
                      Healthy::dirty, blob -> blob.ramEnd(Healthy::dirty).with(Healthy::devices));
          return healthy.verified();
        });
    damages.put(
        "checkpoint-devices",
        () -> {
          Healthy healthy = new Healthy();
          healthy.checkpoint =
              b ->
                  b.checkpoint(
                      Healthy::dirty, blob -> blob.device(0, "timer", SampleStreams.state(40)));
          return healthy.verified();
        });
  }

  private static void returnPath(Map<String, Supplier<Verified>> damages) {
    damages.put(
        "return-message",
        () -> postcopy(new ReturnPathBuilder().pong(1).frame(9).frame(1, new byte[4])));
    damages.put(
        "return-not-opened",
        () -> {
          Healthy healthy = Healthy.commands(b -> {});
          return Verified.exchange(healthy.stream(), answer().frame(1, new byte[4]));
        });
    damages.put("return-after-shut", () -> postcopy(answer().frame(1, new byte[4]).pong(1)));
    damages.put("return-shut-error", () -> postcopy(answer().frame(1, new byte[] {0, 0, 0, 1})));
    damages.put("return-pong", () -> postcopy(answer().pong(7)));
    damages.put("return-request", () -> postcopy(answer().requestPages(LENGTH, 4096)));
    damages.put(
        "return-request-early",
        () -> {
          Healthy healthy = Healthy.commands(b -> b.command(1));
          return Verified.exchange(healthy.stream(), request(BLOCK, 0, 4096));
        });
    damages.put("return-bitmap", () -> postcopy(answer().bitmap(BLOCK, 1L, 2L)));
    damages.put(
        "return-after-colo",
        () -> {
          Healthy healthy = new Healthy();
          healthy.commands = b -> b.command(1).command(2, new byte[] {0, 0, 0, 1}).enableColo();
          healthy.checkpoints = 0;
          return Verified.exchange(healthy.stream(), answer().ready().pong(1));
        });
  }

  private static void ends(Map<String, Supplier<Verified>> damages) {
    damages.put(
        "migration-cut",
        () -> {
          byte[] whole = new Healthy().upToDescription().bytes();
          return Verified.bytes(Arrays.copyOf(whole, 5000));
        });
    damages.put(
        "postcopy-cut",
        () -> {
          byte[] whole = postcopy().bytes();
          return Verified.bytes(Arrays.copyOf(whole, whole.length - 10));
        });
    damages.put(
        "checkpoint-cut",
        () -> {
          byte[] whole = new Healthy().stream().bytes();
          return Verified.bytes(Arrays.copyOf(whole, whole.length - 100));
        });
    damages.put(
        "request-last",
        () -> {
          Healthy healthy = new Healthy();
          return Verified.stream(healthy.stream().request());
        });
    damages.put("return-cut", () -> postcopy(answer().pong(1).raw((byte) 0, (byte) 1)));
  }

  private static ReturnPathBuilder answer() {
    return new ReturnPathBuilder();
  }

  /** A request that names its block. */
  private static ReturnPathBuilder request(String block, long offset, int length) {
    byte[] name = block.getBytes(StandardCharsets.ISO_8859_1);
    return answer()
        .frame(
            3,
            ByteBuffer.allocate(13 + name.length)
                .putLong(offset)
                .putInt(length)
                .put((byte) name.length)
                .put(name)
                .array());
  }

  /** A postcopy migration, and a return path that comes while it listens. */
  static Verified postcopy(ReturnPathBuilder answers) {
    ReturnPathBuilder all = request(BLOCK, 0x4000, 4096).raw(answers.bytes());
    return Verified.exchange(postcopy(), all);
  }

  private static MigrationStreamBuilder postcopy() {
    Healthy healthy =
        Healthy.commands(b -> b.command(1).command(2, new byte[] {0, 0, 0, 1}).command(3, ADVICE));
    healthy.part =
        b ->
            b.ramPart(ram -> ram.page(BLOCK, 0, 1).zeros(0x1000, 3))
                .command(6, discard(0x1000, 0x2000));
    healthy.ramEnd = b -> b.packaged(inner -> inner.command(4).with(Healthy::devices).command(5));
    healthy.devices =
        b -> b.ramPart(ram -> ram.page(BLOCK, 0x4000, 1).zeros(0x5000, 3)).ramEnd(ram -> {});
    healthy.description = b -> {};
    return healthy.stream();
  }

  private static byte[] discard(long offset, long length) {
    return ByteBuffer.allocate(2 + BLOCK.length() + 1 + 16)
        .put((byte) 0)
        .put((byte) BLOCK.length())
        .put(BLOCK.getBytes(StandardCharsets.ISO_8859_1))
        .put((byte) 0)
        .putLong(offset)
        .putLong(length)
        .array();
  }

  private static byte[] delta(int... bytes) {
    byte[] delta = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      delta[i] = (byte) bytes[i];
    }
    return delta;
  }

  /** A checkpoint with this delta. */
  static Verified delta(byte[] delta) {
    return Healthy.dirty(ram -> ram.page(BLOCK, 0, 1).xbzrle(0x1000, delta)).verified();
  }

  private static Verified head(Consumer<MigrationStreamBuilder> head) {
    Healthy healthy = new Healthy();
    healthy.head = head;
    return healthy.verified();
  }

  private static Verified capabilities(String... names) {
    return head(b -> b.header().configuration("pc").capabilities(names));
  }

  private static Verified devices(Consumer<MigrationStreamBuilder> devices) {
    Healthy healthy = new Healthy();
    healthy.devices = devices;
    return healthy.verified();
  }

  private static Verified setup(Consumer<MigrationStreamBuilder> list) {
    Healthy healthy = new Healthy();
    healthy.setup = b -> b.sectionHead(1, 2, "ram", 0, 4).with(list).endOfRam();
    return healthy.verified();
  }
}
