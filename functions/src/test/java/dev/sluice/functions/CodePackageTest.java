/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CodePackageTest {
    @TempDir
    Path folder;

    @Test
    void unpacksFilesFoldersLinksAndKeepsTheExecutableBit() throws Exception {
        byte[] zip = new Zips()
                .file("main.py", "pass")
                .file("bin/tool", "#!/bin/sh", 0755)
                .entry("empty/", new byte[0], 0040755, 0, 0)
                .link("bin/alias", "../main.py")
                .build();

        CodePackage.unpack(zip, folder.resolve("code"));

        Path code = folder.resolve("code");
        assertThat(code.resolve("main.py")).hasContent("pass");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(code.resolve("bin/tool"))))
                .isEqualTo("r-xr-xr-x");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(code.resolve("main.py"))))
                .isEqualTo("r--r--r--");
        assertThat(code.resolve("empty")).isDirectory();
        assertThat(Files.readSymbolicLink(code.resolve("bin/alias"))).hasToString("../main.py");
        assertThat(code.resolve("bin/alias")).hasContent("pass");
    }

    @Test
    void tellsHashesAndTrueSizes() throws Exception {
        byte[] zip = new Zips()
                .entry("a", "x".repeat(1000).getBytes(StandardCharsets.UTF_8), 5, 0100644, 0, 8)
                .build();
        CodePackage code = ((CodePackage.Check.Valid) CodePackage.check(zip)).code();
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(zip);
        assertThat(code.codeSha256()).isEqualTo(Base64.getEncoder().encodeToString(hash));
        assertThat(code.sha256()).hasSize(64);
        assertThat(code.unzippedBytes()).isEqualTo(1000);
        assertThat(code.zippedBytes()).isEqualTo(zip.length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "a/../../evil", "/etc/evil", "a/..", "..", "a\0b", ""})
    void refusesNamesThatLeadOutside(String name) {
        refused(Zips.of(name, "x"), "unsafe name");
    }

    @Test
    void refusesAnOverlongName() {
        refused(Zips.of("a".repeat(256), "x"), "unsafe name");
        refused(Zips.of("a/".repeat(600), "x"), "unsafe name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "../x", "a/../../x", "a/..", ""})
    void refusesLinksThatLeadOutside(String target) {
        refused(new Zips().link("link", target).build(), "links to");
    }

    @Test
    void refusesAnEntryBelowALink() {
        refused(new Zips().link("d", "e").file("d/x", "x").build(), "which is no directory");
        refused(new Zips().file("d", "e").file("d/x", "x").build(), "which is no directory");
    }

    @Test
    void refusesALinkChainThatClimbsOutThroughAnotherLink() {
        byte[] zip = new Zips()
                .link("a/b/up", "../..")
                .link("out", "a/b/up/../secret")
                .build();
        refused(zip, "links to");
    }

    @Test
    void refusesTwoEntriesOfOneName() {
        refused(new Zips().file("a", "1").file("./a", "2").build(), "two entries");
    }

    @Test
    void refusesEncryptedDeviceAndUnknownEntries() {
        refused(new Zips().entry("a", new byte[1], 0100644, 1, 0).build(), "encrypted");
        refused(new Zips().entry("a", new byte[1], 0020644, 0, 0).build(), "neither a file");
        refused(new Zips().entry("a", new byte[1], 0100644, 0, 12).build(), "compression method 12");
    }

    @Test
    void refusesABombByItsTrueSize() {
        byte[] zeros = new byte[26 << 20];
        Zips zips = new Zips();
        for (int i = 0; i < 10; i++) {
            zips.entry("zeros" + i, zeros, 10, 0100644, 0, 8);
        }
        byte[] zip = zips.build();
        assertThat(zip.length).isLessThan(1 << 20);
        refused(zip, "Unzipped size must be smaller than 262144000 bytes");
    }

    @Test
    void refusesWhatIsTooLargeOrTooMany() {
        refused(new byte[(int) CodePackage.MAX_ZIPPED_BYTES + 1], "at most 52428800");
        refused(new Zips().build(), "empty");
    }

    @Test
    void refusesAWrongChecksum() {
        byte[] zip = new Zips()
                .entry("a", "hello".getBytes(StandardCharsets.UTF_8), 0100644, 0, 0)
                .build();
        zip[31]++;
        refused(zip, "Could not unzip");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 21, 22, 100})
    void refusesWhatIsNoZip(int length) {
        refused(new byte[length], "Could not unzip");
    }

    @Test
    void damagedZipsAreRefusedOrUnpackedButNeverFailOtherwise() throws IOException {
        byte[] good = new Zips()
                .file("main.py", "pass\n".repeat(50))
                .link("l", "main.py")
                .file("d/e", "x")
                .build();
        Random random = new Random(20261122);
        for (int round = 0; round < 5000; round++) {
            byte[] bad = good.clone();
            for (int i = 0; i <= random.nextInt(4); i++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            CodePackage.Check check = CodePackage.check(bad);
            if (check instanceof CodePackage.Check.Valid && round % 50 == 0) {
                Path target = folder.resolve("round" + round);
                try {
                    CodePackage.unpack(bad, target);
                } catch (ZipFault e) {
                    throw new AssertionError("round " + round, e);
                }
            }
        }
        try (var outside = Files.list(folder)) {
            assertThat(outside.map(path -> path.getFileName().toString()).toList())
                    .allMatch(name -> name.startsWith("round"));
        }
    }

    @Test
    void namesReservedVariables() {
        assertThat(ReservedVariables.in(java.util.Map.of("AWS_REGION", "x", "_HANDLER", "y", "MINE", "z")))
                .isEqualTo(List.of("AWS_REGION", "_HANDLER"));
    }

    private static void refused(byte[] zip, String message) {
        assertThat(CodePackage.check(zip))
                .isInstanceOfSatisfying(
                        CodePackage.Check.Invalid.class,
                        invalid -> assertThat(invalid.message()).contains(message));
    }
}
