package org.colotape.analyzer.cli.verify;

import org.colotape.analyzer.conformance.Finding;

/**
 * A finding as {@code --json} prints it.
 *
 * @param rule the rule's id
 * @param severity error, warning or info
 * @param channel number of the channel
 * @param direction which way its bytes went
 * @param streamOffset where in it, or -1
 * @param checkpoint the checkpoint
 * @param seq the event
 * @param path where in the stream's structure
 * @param text what is wrong
 */
record FindingJson(
    String rule,
    String severity,
    int channel,
    String direction,
    long streamOffset,
    int checkpoint,
    long seq,
    String path,
    String text) {
  static FindingJson of(Finding finding) {
    return new FindingJson(
        finding.rule().id(),
        finding.rule().severity().toString(),
        finding.channel(),
        finding.direction().name(),
        finding.streamOffset(),
        finding.checkpoint(),
        finding.seq(),
        finding.path(),
        finding.text());
  }
}
