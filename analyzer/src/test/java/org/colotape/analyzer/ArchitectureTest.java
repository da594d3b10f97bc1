package org.colotape.analyzer;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The shape of the house: imports run one way, packages have an idea and form no cycles. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          // the other modules' tests, which are on the class path for their fixtures
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("org.colotape");

  @Test
  void importsRunOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("org.colotape..")
        .layer("schema")
        .definedBy("org.colotape.schema..")
        .layer("recorder")
        .definedBy("org.colotape.recorder..")
        .layer("replayer")
        .definedBy("org.colotape.replayer..")
        .layer("analyzer")
        .definedBy("org.colotape.analyzer..")
        .whereLayer("schema")
        .mayNotAccessAnyLayer()
        .whereLayer("recorder")
        .mayOnlyAccessLayers("schema")
        .whereLayer("replayer")
        .mayOnlyAccessLayers("schema")
        .whereLayer("analyzer")
        .mayOnlyAccessLayers("schema", "recorder", "replayer")
        .ensureAllClassesAreContainedInArchitecture()
        .check(CLASSES);
  }

  @Test
  void packagesFormNoCycles() {
    // Each package is a slice of its own, also when it lies inside another one.
    slices().matching("org.colotape.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void everyPackageSaysItsIdea() {
    var silent = new TreeSet<String>();
    for (JavaClass type : CLASSES) {
      if (!type.getPackageName().equals("org.colotape.schema.event")
          && type.getPackage().tryGetPackageInfo().isEmpty()) {
        silent.add(type.getPackageName());
      }
    }
    assertThat(silent).as("packages without a package-info.java").isEmpty();
  }
}
