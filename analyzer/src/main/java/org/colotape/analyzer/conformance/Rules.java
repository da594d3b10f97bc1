package org.colotape.analyzer.conformance;

import java.util.List;
import java.util.stream.Stream;

/** All rules. */
public final class Rules {
  private Rules() {}

  /** Every rule, those that belong together beside each other. */
  public static List<Rule> all() {
    return Stream.of(
            Diagnosis.RULES,
            HeaderCheck.RULES,
            SectionsCheck.RULES,
            CommandsCheck.RULES,
            BlockListCheck.RULES,
            PagesCheck.RULES,
            RamWordsCheck.RULES,
            EncodingCheck.RULES,
            DescriptionCheck.RULES,
            ColoCheck.RULES,
            BlobCheck.RULES,
            ReturnPathCheck.RULES,
            MultifdCheck.RULES,
            MappedRamCheck.RULES,
            UnparsedCheck.RULES,
            RecordingCheck.RULES)
        .flatMap(List::stream)
        .toList();
  }
}
