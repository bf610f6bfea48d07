/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaModifier.ABSTRACT;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of the house that a machine can check, over every module that is shipped. */
class ArchitectureTest {
    private static final String ROOT = "dev.sluice";
    private static final int MAX_LINES = 600;

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(ALL);
    }

    @Test
    void dependenciesPointOneWay() {
        check(layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .withOptionalLayers(true)
                .layer("limits")
                .definedBy("dev.sluice.limits..")
                .layer("wire")
                .definedBy("dev.sluice.wire..")
                .layer("gateway")
                .definedBy("dev.sluice.gateway..")
                .layer("store")
                .definedBy("dev.sluice.store..")
                .layer("metrics")
                .definedBy("dev.sluice.metrics..")
                .layer("functions")
                .definedBy("dev.sluice.functions..")
                .layer("control")
                .definedBy("dev.sluice.control..")
                .layer("server")
                .definedBy("dev.sluice.server..")
                .whereLayer("limits")
                .mayNotAccessAnyLayer()
                .whereLayer("wire")
                .mayNotAccessAnyLayer()
                .whereLayer("gateway")
                .mayOnlyAccessLayers("limits")
                .whereLayer("store")
                .mayOnlyAccessLayers("limits")
                .whereLayer("metrics")
                .mayOnlyAccessLayers("store")
                .whereLayer("functions")
                .mayOnlyAccessLayers("store")
                .whereLayer("control")
                .mayOnlyAccessLayers("wire", "gateway", "functions", "metrics", "store", "limits")
                .whereLayer("server")
                .mayNotBeAccessedByAnyLayer());
    }

    @ParameterizedTest
    @ValueSource(strings = {"limits", "wire", "gateway", "store", "metrics", "functions", "control", "server"})
    void packagesOfAModuleHaveNoCycles(String module) {
        check(slices().assignedFrom(new PackagesOf(ROOT + "." + module))
                .should()
                .beFreeOfCycles());
    }

    @Test
    void thirdPartyTypesStayWhereTheyBelong() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(
                        "dev.sluice.gateway.http..",
                        "dev.sluice.gateway.loop..",
                        "dev.sluice.gateway.netty..",
                        "dev.sluice.gateway.upstream..",
                        "dev.sluice.functions.channel..",
                        "dev.sluice.server.admin..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty.."));
        check(noClasses()
                .that()
                .resideOutsideOfPackages("dev.sluice.store.embedded..", "dev.sluice.store.postgres..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.sqlite..", "org.postgresql..", "org.jdbi.."));
        check(noClasses()
                .that()
                .resideOutsideOfPackages("dev.sluice.store.redis..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.lettuce.."));
        check(noClasses()
                .that()
                .resideOutsideOfPackages("dev.sluice.server.demo..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon.awssdk.."));
        check(noClasses().should().dependOnClassesThat().resideInAPackage("org.bouncycastle.."));
    }

    @Test
    void limitsNeedsNothing() {
        check(classes()
                .that()
                .resideInAPackage("dev.sluice.limits..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.jspecify..", "dev.sluice.limits.."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"limits", "wire", "gateway", "store", "metrics", "functions", "control", "server"})
    void internalPackagesAreForTheirModuleOnly(String module) {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "." + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + "." + module + "..internal.."));
    }

    @Test
    void timeSleepAndOutputHaveTheirPlaces() {
        check(noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging.."));
        check(noClasses().should().dependOnClassesThat().areAssignableTo(ThreadLocal.class));
        check(noClasses().should().callMethodWhere(target("java.lang.Thread", "sleep")));
        check(noClasses().should().callMethodWhere(target("java.lang.System", "currentTimeMillis")));
        check(noClasses().should().callMethod(Instant.class, "now"));
        check(noClasses()
                .that()
                .doNotHaveFullyQualifiedName(Sluice.class.getName())
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err"));
    }

    private static DescribedPredicate<JavaMethodCall> target(String owner, String name) {
        return DescribedPredicate.describe(
                owner + "." + name,
                call -> call.getTargetOwner().getFullName().equals(owner)
                        && call.getName().equals(name));
    }

    @Test
    void namesSayWhatAClassIs() {
        check(noClasses().should().haveNameMatching(".*(Impl|Utils?|Helper|Manager|Base)"));
        check(noClasses()
                .should()
                .resideInAnyPackage(
                        "..util..", "..common..", "..impl..", "..helper..", "..manager..", "..base..", "..misc.."));
    }

    @Test
    void classesAreFinal() {
        check(classes()
                .that()
                .areTopLevelClasses()
                .and()
                .areNotInterfaces()
                .and()
                .areNotEnums()
                .and()
                .doNotHaveModifier(ABSTRACT)
                .should()
                .haveModifier(FINAL));
    }

    @Test
    void publicMethodsOfTheGatewayReturnStagesNotFutures() {
        check(methods()
                .that()
                .areDeclaredInClassesThat()
                .resideInAPackage("dev.sluice.gateway..")
                .and()
                .arePublic()
                .should()
                .notHaveRawReturnType(assignableTo(Future.class)));
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(ALL.stream().map(JavaClass::getPackage).distinct())
                .allMatch(found -> found.isAnnotatedWith(NullMarked.class), "has a package-info with @NullMarked");
    }

    @Test
    void noSourceFileIsLongerThan600Lines() throws IOException {
        for (var module : modules()) {
            try (var files = Files.walk(module.resolve("src"))) {
                for (var file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    assertThat(Files.readAllLines(file)).as("%s", file).hasSizeLessThanOrEqualTo(MAX_LINES);
                }
            }
        }
    }

    private static List<Path> modules() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of(".."))) {
            return folders.filter(folder -> Files.isDirectory(folder.resolve("src")))
                    .toList();
        }
    }

    /** Each package is a slice of its own. */
    private record PackagesOf(String module) implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            var name = type.getPackageName();
            return name.equals(module) || name.startsWith(module + ".")
                    ? SliceIdentifier.of(name)
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "packages of " + module;
        }
    }
}
