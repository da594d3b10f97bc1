package org.colotape.analyzer.report.html;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Pages that load nothing and run nothing but what we wrote: a content security policy in each
 * names its scripts and styles by their hashes.
 */
public final class PagePolicy {
  private static final Pattern SCRIPT = Pattern.compile("<script>(.*?)</script>", Pattern.DOTALL);
  private static final Pattern STYLE = Pattern.compile("<style>(.*?)</style>", Pattern.DOTALL);
  private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

  private PagePolicy() {}

  /**
   * A page.
   *
   * @param own the page with all its scripts and styles, which nobody else has a part in
   * @param data what goes to places like <code>{{title}}</code>, already escaped; what looks like a
   *     place in it stays as it is
   */
  public static String page(String own, Map<String, String> data) {
    String policy =
        "default-src 'none'; script-src "
            + hashes(SCRIPT, own)
            + "; style-src "
            + hashes(STYLE, own)
            + "; img-src data:; base-uri 'none'; form-action 'none'";
    return PLACE
        .matcher(own)
        .replaceAll(place -> Matcher.quoteReplacement(filling(place, policy, data)));
  }

  private static String filling(MatchResult place, String policy, Map<String, String> data) {
    String name = place.group(1);
    return name.equals("policy") ? policy : data.getOrDefault(name, place.group());
  }

  private static String hashes(Pattern element, String page) {
    String hashes =
        element
            .matcher(page)
            .results()
            .map(found -> "'sha256-" + hash(found.group(1)) + "'")
            .collect(Collectors.joining(" "));
    return hashes.isEmpty() ? "'none'" : hashes;
  }

  private static String hash(String text) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return Base64.getEncoder()
          .encodeToString(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
