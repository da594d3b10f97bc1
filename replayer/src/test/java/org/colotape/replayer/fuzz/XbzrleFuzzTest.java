package org.colotape.replayer.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.colotape.replayer.fixture.EventScript.PAGE;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.colotape.replayer.decode.PageContent;
import org.colotape.replayer.decode.PageDecodeException;
import org.colotape.replayer.decode.PageDecoder;
import org.colotape.replayer.fixture.Pages;
import org.colotape.replayer.memory.PageStore;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageEncoding;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * Any bytes as an XBZRLE delta: the decoder makes of them what the format says, or refuses them;
 * either way it writes one page of its own and nothing else.
 */
class XbzrleFuzzTest {
  private static final int TARGET = 1;
  private static final byte[] BASE = Pages.noise(new Random(1));

  @TempDir private static Path scratch;

  private static PageStore store;
  private static RamBlockMemory block;
  private static PageDecoder decoder;

  @BeforeAll
  static void open() {
    store = new PageStore(new ScratchSpace(scratch), PAGE, false);
    block = new RamBlockMemory("ram", 3L * PAGE, store);
    for (int page = 0; page < block.pages(); page++) {
      block.write(page, BASE, 0);
    }
    decoder = new PageDecoder();
  }

  @AfterAll
  static void close() {
    decoder.close();
    store.close();
  }

  @FuzzTest
  void anyBytesAreAppliedAsTheFormatSaysOrRefused(byte[] delta) {
    byte[] expected = applied(delta);
    byte[] wire = delta.clone();
    Page page = new Page("ram", (long) TARGET * PAGE, PAGE, 1, PageEncoding.XBZRLE, 0, false, null);
    byte[] actual = null;
    try {
      PageContent content = decoder.decode(page, ByteBuffer.wrap(wire), block);
      assertThat(content).isInstanceOf(PageContent.Bytes.class);
      PageContent.Bytes bytes = (PageContent.Bytes) content;
      assertThat(bytes.array()).hasSize(PAGE);
      assertThat(bytes.start()).isZero();
      actual = bytes.array();
    } catch (PageDecodeException e) {
      assertThat(e).hasMessageStartingWith("XBZRLE");
    }
    if (!Arrays.equals(actual, expected)) {
      assertThat(actual).isEqualTo(expected);
    }
    assertThat(wire).isEqualTo(delta);
    byte[] after = new byte[PAGE];
    for (int i = 0; i < block.pages(); i++) {
      block.read(i, after, 0);
      if (!Arrays.equals(after, BASE)) {
        assertThat(after).as("page %d of guest memory", i).isEqualTo(BASE);
      }
    }
  }

  /**
   * The page that the delta makes of the base, or null if it is none: the format in the simplest
   * way, one number or byte at a time.
   */
  private static byte @Nullable [] applied(byte[] delta) {
    byte[] page = BASE.clone();
    int at = 0;
    int done = 0;
    int runs = 0;
    while (at < delta.length) {
      int length = 0;
      int numberBytes = 0;
      boolean more = true;
      while (more) {
        if (at == delta.length || numberBytes == 2) {
          return null;
        }
        length |= (delta[at] & 0x7f) << (7 * numberBytes);
        more = delta[at] < 0;
        at++;
        numberBytes++;
      }
      boolean literal = runs % 2 == 1;
      if ((length == 0 && runs > 0) || done + length > PAGE) {
        return null;
      }
      for (int i = 0; literal && i < length; i++) {
        if (at == delta.length) {
          return null;
        }
        page[done + i] = delta[at++];
      }
      done += length;
      runs++;
    }
    return runs % 2 == 0 ? page : null;
  }
}
