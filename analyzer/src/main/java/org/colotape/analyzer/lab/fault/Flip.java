package org.colotape.analyzer.lab.fault;

/**
 * A bit that was flipped on its way to the secondary: a mark by which the bytes of one checkpoint
 * are known wherever they are.
 *
 * @param page offset of the page in its RAM block
 * @param index of the byte in the page
 * @param value that the byte has now; a guest that never got the page has another one there
 */
public record Flip(long page, int index, byte value) {}
