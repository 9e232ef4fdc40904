package io.github.tiltbench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
          "inspect",
          "study",
          "metric",
          "algorithm",
          "model",
          "verifier",
          "diffusion",
          "particle",
          "budget",
          "random",
          "engine",
          "config",
          "stats");

  private static final String ALGORITHM = ROOT + ".algorithm";

  /** The same within the algorithms, whose contract is below them. */
  private static final List<String> ALGORITHM_ORDER = List.of("twist", "smc", "search", "guidance");

  private static final String REPORT = ROOT + ".report";

  /** The same within the report, which is itself above them. */
  private static final List<String> REPORT_ORDER =
      List.of("folder", "plot", "table", "summary", "page", "figure");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  @Test
  void arrowsOnlyGoDown() {
    check(ORDER.stream().map(name -> ROOT + "." + name + "..").toList());
  }

  @Test
  void arrowsWithinTheReportOnlyGoDown() {
    check(
        Stream.concat(
                Stream.of(REPORT), REPORT_ORDER.stream().map(name -> REPORT + "." + name + ".."))
            .toList());
  }

  @Test
  void arrowsWithinTheAlgorithmsOnlyGoDown() {
    check(
        Stream.concat(
                ALGORITHM_ORDER.stream().map(name -> ALGORITHM + "." + name + ".."),
                Stream.of(ALGORITHM))
            .toList());
  }

  /** A name means one thing: no two files of any package are called alike. */
  @Test
  void noTwoTypesShareAName() {
    Map<String, Set<String>> places = new TreeMap<>();
    CLASSES.stream()
        .filter(c -> c.isTopLevelClass() && !c.getSimpleName().equals("package-info"))
        .forEach(
            c ->
                places
                    .computeIfAbsent(c.getSimpleName(), name -> new TreeSet<>())
                    .add(c.getPackageName()));
    places.values().removeIf(packages -> packages.size() == 1);
    assertEquals(Map.of(), places);
  }

  /** Checks that packages, highest first, use only those after them. */
  private static void check(List<String> packages) {
    LayeredArchitecture layers = layeredArchitecture().consideringOnlyDependenciesInLayers();
    for (String name : packages) {
      layers = layers.layer(name).definedBy(name);
    }
    for (int i = 1; i < packages.size(); i++) {
      layers =
          layers
              .whereLayer(packages.get(i))
              .mayOnlyBeAccessedByLayers(packages.subList(0, i).toArray(String[]::new));
    }
    layers.whereLayer(packages.get(0)).mayNotBeAccessedByAnyLayer().check(CLASSES);
  }

  @Test
  void everyPackageIsInTheOrder() {
    assertEquals(new TreeSet<>(ORDER), within(ROOT));
    assertEquals(new TreeSet<>(REPORT_ORDER), within(REPORT));
    assertEquals(new TreeSet<>(ALGORITHM_ORDER), within(ALGORITHM));
  }

  /** The names of the packages directly within one. */
  private static Set<String> within(String root) {
    return CLASSES.stream()
        .map(c -> c.getPackageName())
        .filter(name -> name.startsWith(root + "."))
        .map(name -> name.substring(root.length() + 1).replaceAll("\\..*", ""))
        .collect(Collectors.toCollection(TreeSet::new));
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
