package org.colotape.analyzer.lab;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.colotape.schema.ColotapeException;

/** How pages travel from the primary to the secondary. */
public enum Encoding {
  /** As they are, on the main channel. */
  PLAIN("", ""),
  /** As deltas, where the primary remembers what it sent before. */
  XBZRLE("xbzrle", ""),
  /** As they are, on channels of their own. */
  MULTIFD("multifd", "none"),
  /** Compressed with zlib, on channels of their own. */
  MULTIFD_ZLIB("multifd", "zlib"),
  /** Compressed with zstd, on channels of their own. */
  MULTIFD_ZSTD("multifd", "zstd");

  /** All encodings, for a command line. */
  public static final String SYNTAX = "plain|xbzrle|multifd|multifd-zlib|multifd-zstd";

  private final String capability;
  private final String compression;

  Encoding(String capability, String compression) {
    this.capability = capability;
    this.compression = compression;
  }

  /**
   * Reads {@link #SYNTAX}.
   *
   * @throws ColotapeException if there is no such encoding
   */
  public static Encoding named(String name) {
    return Arrays.stream(values())
        .filter(encoding -> encoding.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new ColotapeException("no such encoding", name, "take one of " + SYNTAX));
  }

  /** True if pages travel on channels of their own. */
  public boolean isMultifd() {
    return !compression.isEmpty();
  }

  /** The capabilities of migration that it needs (QEMU qapi/migration.json). */
  List<String> capabilities() {
    return capability.isEmpty() ? List.of() : List.of(capability);
  }

  /** What QEMU's parameter multifd-compression is to be. */
  String compression() {
    return compression;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
