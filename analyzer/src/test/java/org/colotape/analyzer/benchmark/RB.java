package org.colotape.analyzer.benchmark;
public class RB { public static void main(String[] a) throws Exception { ScaleBenchmark.run(java.nio.file.Files.createTempDirectory("rb"), 7, System.out);} }
