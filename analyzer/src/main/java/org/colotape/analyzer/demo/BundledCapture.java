package org.colotape.analyzer.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.colotape.analyzer.diff.MemoryPair;
import org.jspecify.annotations.Nullable;

/**
 * A capture that is part of the program: {@code NAME.json} says what it is, {@code NAME.zst} holds
 * its pieces end to end.
 *
 * @param name its name
 * @param qemu version of the QEMU that it was taken from
 * @param accelerator what ran the guest: "kvm" or "tcg"
 * @param pieces its pieces, in the order in which they are stored
 * @param between the known verdict: the memories between which what is wrong begins
 * @param differing on how many pages these, and PVM and SVM, differ at each observed checkpoint
 */
record BundledCapture(
    String name,
    String qemu,
    String accelerator,
    List<Piece> pieces,
    MemoryPair between,
    SequencedMap<Integer, Integer> differing) {

  /**
   * One file of the capture.
   *
   * @param role what it is
   * @param checkpoint for an image the checkpoint at which it was taken, else -1
   * @param block for an image its RAM block, else null
   * @param bytes its length
   */
  record Piece(Role role, int checkpoint, @Nullable String block, long bytes) {
    /** What the unpacked file is called. */
    String fileName() {
      return switch (role) {
        case STREAM -> "stream";
        case RETURN_PATH -> "return-path";
        case PVM_RAM, CACHE_RAM, SVM_RAM ->
            "checkpoint-%d.%s.%s"
                .formatted(
                    checkpoint,
                    role.name().toLowerCase(Locale.ROOT).replace('_', '.'),
                    String.valueOf(block).replace('/', '-'));
      };
    }
  }

  /** What a piece is. */
  enum Role {
    /** The bytes from PVM to SVM. */
    STREAM,
    /** The bytes from SVM to PVM. */
    RETURN_PATH,
    /** A block of the PVM's RAM at a checkpoint. */
    PVM_RAM,
    /** A block of the COLO cache at a checkpoint. */
    CACHE_RAM,
    /** A block of SVM RAM behind the flush of a checkpoint. */
    SVM_RAM
  }

  /** Loads what is said of the capture of that name. */
  static BundledCapture load(String name) {
    try (InputStream in = resource(name + ".json")) {
      JsonNode json = new ObjectMapper().readTree(in);
      List<Piece> pieces = new ArrayList<>();
      for (JsonNode piece : json.get("pieces")) {
        JsonNode block = piece.get("block");
        pieces.add(
            new Piece(
                role(piece.get("role").asText()),
                piece.path("checkpoint").asInt(-1),
                block == null ? null : block.asText(),
                piece.get("bytes").asLong()));
      }
      SequencedMap<Integer, Integer> differing = new TreeMap<>();
      json.get("differing")
          .properties()
          .forEach(
              entry -> differing.put(Integer.valueOf(entry.getKey()), entry.getValue().asInt()));
      return new BundledCapture(
          name,
          json.get("qemu").asText(),
          json.get("accelerator").asText(),
          pieces,
          MemoryPair.valueOf(constant(json.path("between").asText("pvm-cache"))),
          differing);
    } catch (IOException e) {
      throw new UncheckedIOException("reading the bundled capture " + name, e);
    }
  }

  /** QEMU's version and accelerator, as people say it. */
  String title() {
    return "QEMU " + qemu + " under " + accelerator.toUpperCase(Locale.ROOT);
  }

  /** True if the pair is known to have diverged. */
  boolean isFaulty() {
    return differing.values().stream().anyMatch(pages -> pages > 0);
  }

  /** The pieces, compressed. */
  InputStream open() {
    return resource(name + ".zst");
  }

  private static Role role(String text) {
    return Role.valueOf(constant(text));
  }

  private static String constant(String text) {
    return text.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  private static InputStream resource(String file) {
    InputStream in = BundledCapture.class.getResourceAsStream(file);
    if (in == null) {
      throw new IllegalStateException("resource " + file + " is not in the program");
    }
    return in;
  }
}
