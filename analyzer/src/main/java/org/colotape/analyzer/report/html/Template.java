package org.colotape.analyzer.report.html;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The page without its data, of the resources beside this class and uPlot's WebJar. */
final class Template {
  /** In the order in which they need each other. */
  private static final List<String> SCRIPTS =
      List.of(
          "words.js",
          "recording.js",
          "grid.js",
          "map.js",
          "charts.js",
          "sequence.js",
          "hex.js",
          "findings.js",
          "page.js",
          "main.js");

  private static final String UPLOT = "META-INF/maven/org.webjars.npm/uplot/pom.properties";

  private Template() {}

  /** The page with a title and its data. */
  static String page(String title, String data) {
    String page =
        own("report.html")
            .replace("{{style}}", uplot("dist/uPlot.min.css") + own("report.css"))
            .replace(
                "{{scripts}}",
                script("/*\n" + uplot("LICENSE") + "*/\n" + uplot("dist/uPlot.iife.min.js"))
                    + SCRIPTS.stream()
                        .map(name -> script(own(name)))
                        .collect(Collectors.joining()));
    return PagePolicy.page(page, Map.of("title", escaped(title), "data", data));
  }

  private static String script(String text) {
    return "<script>\n" + text + "</script>\n";
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  static String own(String name) {
    return text(Template.class.getResourceAsStream(name), name);
  }

  /** A WebJar's folder is named with its version, which its own properties tell. */
  private static String uplot(String name) {
    ClassLoader loader = Template.class.getClassLoader();
    Properties properties = new Properties();
    try (InputStream in = loader.getResourceAsStream(UPLOT)) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String path =
        "META-INF/resources/webjars/uplot/%s/%s".formatted(properties.getProperty("version"), name);
    return text(loader.getResourceAsStream(path), path);
  }

  private static String text(@Nullable InputStream in, String name) {
    if (in == null) {
      throw new IllegalStateException(name + " is not in the program");
    }
    try (in) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
