/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire.codegen;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratorTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void writeOverlay() throws Exception {
        Path overlays = Files.createDirectories(folder.resolve("overlay"));
        Files.writeString(overlays.resolve("services.json"), """
                [{"name": "sts", "prefix": "Sts", "signingName": "sts", "model": "sts-2011-06-15"}]""");
        overlay("{}");
        generate();
    }

    private void overlay(String text) throws IOException {
        Files.writeString(folder.resolve("overlay/sts.json"), text);
    }

    private void generate() throws Exception {
        Generator.main(new String[] {
            folder.resolve("overlay").toString(),
            folder.resolve("sources").toString(),
            folder.resolve("resources").toString()
        });
    }

    private String source(String name) throws IOException {
        return Files.readString(folder.resolve("sources/dev/sluice/wire/sts/" + name + ".java"));
    }

    private String model() throws IOException {
        return Files.readString(folder.resolve("resources/dev/sluice/wire/sts.model"));
    }

    @Test
    void writesRecordsOperationsAndErrors() throws IOException {
        assertThat(source("AssumeRoleRequest"))
                .contains("public record AssumeRoleRequest(String roleArn, String roleSessionName, ")
                .contains("@Nullable Integer durationSeconds", "Structure.required(roleArn, \"roleArn\")");
        assertThat(source("StsOperations"))
                .contains("Operation<GetCallerIdentityRequest, GetCallerIdentityResponse> GET_CALLER_IDENTITY");
        assertThat(source("StsErrors")).contains("ErrorShape EXPIRED_TOKEN = new ErrorShape(");
        assertThat(source("Credentials")).contains("return \"Credentials[not shown]\"");
    }

    @Test
    void dropsDocumentationFromTheModel() throws IOException {
        assertThat(model())
                .startsWith("service\tsts\tsts\tquery\t2011-06-15\t")
                .contains("operation\tGetCallerIdentity\tPOST\t/\t200\t")
                .doesNotContain("<p>");
    }

    @Test
    void doesNothingWhenNothingChanged() throws Exception {
        Path model = folder.resolve("resources/dev/sluice/wire/sts.model");
        FileTime old = FileTime.fromMillis(1_000);
        Files.setLastModifiedTime(model, old);
        generate();
        assertThat(Files.getLastModifiedTime(model)).isEqualTo(old);
    }

    @Test
    void appliesAChangedOverlay() throws Exception {
        overlay("""
                {"checks": {"constraints": ["AssumeRoleRequest.RoleArn"]},
                 "shapes": {"AssumeRoleRequest": {"required-": ["RoleArn"], "members": {"Extra": {"shape": "arnType"}}}}}""");
        generate();
        assertThat(source("AssumeRoleRequest")).contains("@Nullable String roleArn", "@Nullable String extra");
        assertThat(model().lines().filter(line -> line.startsWith("string\t20\t")))
                .hasSize(1);
    }
}
