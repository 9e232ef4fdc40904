package io.github.tiltbench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The arrows between packages: they only go down the list. */
class ArchitectureTest {
  private static final String ROOT = "io.github.tiltbench";

  /** Highest first; a package may use those after it. */
  private static final List<String> ORDER =
      List.of(
          "cli",
          "report",
          "run",
          "result",
          "study",
          "metric",
          "stats",
          "algorithm",
          "model",
          "verifier",
          "diffusion",
          "particle",
          "budget",
          "random",
          "engine");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  @Test
  void arrowsOnlyGoDown() {
    LayeredArchitecture layers = layeredArchitecture().consideringOnlyDependenciesInLayers();
    for (String name : ORDER) {
      layers = layers.layer(name).definedBy(ROOT + "." + name + "..");
    }
    for (int i = 1; i < ORDER.size(); i++) {
      layers =
          layers
              .whereLayer(ORDER.get(i))
              .mayOnlyBeAccessedByLayers(ORDER.subList(0, i).toArray(String[]::new));
    }
    layers.whereLayer("cli").mayNotBeAccessedByAnyLayer().check(CLASSES);
  }

  @Test
  void everyPackageIsInTheOrder() {
    Set<String> found =
        CLASSES.stream()
            .map(c -> c.getPackageName())
            .filter(name -> !name.equals(ROOT))
            .map(name -> name.substring(ROOT.length() + 1).replaceAll("\\..*", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(new TreeSet<>(ORDER), found);
  }

  @Test
  void onlyTheEngineAndItsAdaptersKnowDjl() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + ".engine..", ROOT + ".model..", ROOT + ".verifier..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl..")
        .check(CLASSES);
  }

  @Test
  void algorithmsSeeNeitherModelsNorVerifiers() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".algorithm..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + ".model..", ROOT + ".verifier..")
        .check(CLASSES);
  }

  /** A global generator or the clock in a computation would make trials unrepeatable. */
  @Test
  void nobodyDrawsFromAGlobalGenerator() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".stats..")
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java\\.util\\.(Random|SplittableRandom|concurrent\\.ThreadLocalRandom)")
        .check(CLASSES);
  }

  @Test
  void nothingIsDeserialisedByJava() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.ObjectInputStream")
        .check(CLASSES);
  }
}
