package org.colotape.analyzer.lab.machine;

import java.nio.file.Path;

/**
 * What a machine is made of.
 *
 * @param type its type, as QEMU's {@code -machine} names it: {@code pc}, {@code q35}, or one of a
 *     version
 * @param ramMib size of its RAM in MiB
 * @param firmware image that it runs instead of a BIOS
 */
public record Hardware(String type, int ramMib, Path firmware) {}
