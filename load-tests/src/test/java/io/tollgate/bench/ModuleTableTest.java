package io.tollgate.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which module may know which, and which libraries must not be seen from where; on the compiled classes of all modules. */
class ModuleTableTest {
    private static final String SPRING = "org.springframework..";
    private static final String SPARK = "org.apache.spark..";
    private static final String KAFKA = "org.apache.kafka..";
    private static final String LETTUCE = "io.lettuce..";
    private static final String JEDIS = "redis.clients..";
    private static final String NETTY = "io.netty..";
    private static final String REACTOR = "reactor..";
    private static final String COSMOS = "com.azure..";

    /** Folder of the module, by its package. */
    private static final Map<String, String> MODULES = Map.of(
            "io.tollgate.features", "features",
            "io.tollgate.model", "model-client",
            "io.tollgate.client", "scoring-client",
            "io.tollgate.api", "scoring-api",
            "io.tollgate.pipeline", "feature-pipeline",
            "io.tollgate.local", "local",
            "io.tollgate.bench", "load-tests");

    private static JavaClasses classes = new ClassFileImporter().importClasses();

    @BeforeAll
    static void importModules() {
        List<Path> folders = new ArrayList<>();
        for (String module : MODULES.values()) {
            Path folder = Path.of("..", module, "target", "classes");
            assertThat(folder)
                    .as("classes of %s: build all modules, as mvn verify does", module)
                    .isDirectory();
            folders.add(folder);
        }
        classes = new ClassFileImporter().importPaths(folders);
    }

    @Test
    void everyModule_isSeen() {
        assertThat(MODULES.keySet()).allSatisfy(module -> assertThat(classes).anyMatch(type -> isIn(type, module)));
    }

    @ParameterizedTest
    @CsvSource({
        "io.tollgate.features, ''",
        "io.tollgate.client,   ''",
        "io.tollgate.model,    io.tollgate.features",
        "io.tollgate.api,      io.tollgate.features io.tollgate.model",
        "io.tollgate.pipeline, io.tollgate.features io.tollgate.model",
        "io.tollgate.local,    io.tollgate.features io.tollgate.model",
        "io.tollgate.bench,    io.tollgate.features io.tollgate.model io.tollgate.local"
    })
    void module_knowsOnly(String module, String mayKnow) {
        List<String> allowed = new ArrayList<>(List.of(mayKnow.split(" ")));
        allowed.add(module);
        noClasses()
                .that(in(module))
                .should()
                .dependOnClassesThat(DescribedPredicate.describe(
                        "are of a module other than " + allowed,
                        type -> isIn(type, "io.tollgate") && allowed.stream().noneMatch(other -> isIn(type, other))))
                .check(classes);
    }

    @Test
    void features_areFreeOfFrameworksAndConnections() {
        noClasses()
                .that(in("io.tollgate.features"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        SPRING,
                        SPARK,
                        KAFKA,
                        LETTUCE,
                        JEDIS,
                        NETTY,
                        REACTOR,
                        COSMOS,
                        "java.net.http..",
                        "com.sun.net..")
                .check(classes);
    }

    @Test
    void modelClient_isFreeOfSpring() {
        noClasses()
                .that(in("io.tollgate.model"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SPRING, SPARK, KAFKA, LETTUCE, JEDIS, REACTOR)
                .check(classes);
    }

    @Test
    void service_isFreeOfSparkAndPipelineOfSpring() {
        noClasses()
                .that(in("io.tollgate.api"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SPARK, JEDIS)
                .check(classes);
        noClasses()
                .that(in("io.tollgate.pipeline"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SPRING, LETTUCE)
                .check(classes);
    }

    private static DescribedPredicate<JavaClass> in(String module) {
        return DescribedPredicate.describe("are of " + MODULES.get(module), type -> isIn(type, module));
    }

    private static boolean isIn(JavaClass type, String module) {
        return type.getPackageName().equals(module) || type.getPackageName().startsWith(module + ".");
    }
}
