package org.colotape.analyzer.qualification;

import java.util.Arrays;
import java.util.List;
import org.colotape.analyzer.lab.Encoding;

/**
 * What a pair is made of.
 *
 * @param machine type of both machines, as QEMU's {@code -machine} names it
 * @param encoding how pages travel
 */
public record Configuration(String machine, Encoding encoding) {
  /** Every configuration of the matrix: each machine type with each encoding. */
  public static List<Configuration> all() {
    return List.of("pc", "q35").stream()
        .flatMap(machine ->
            Arrays.stream(Encoding.values()).map(encoding -> new Configuration(machine, encoding)))
        .toList();
  }

  /** True if failures are sampled here: in one that stands for its main channel or its others. */
  boolean samplesFailures() {
    return switch (encoding) {
      case PLAIN, MULTIFD -> true;
      case XBZRLE, MULTIFD_ZLIB, MULTIFD_ZSTD -> false;
    };
  }

  @Override
  public String toString() {
    return machine + "/" + encoding;
  }
}
