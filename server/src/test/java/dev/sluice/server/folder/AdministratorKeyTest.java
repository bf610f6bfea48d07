/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.server.folder.AdministratorKey.Keeper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdministratorKeyTest {
    @TempDir
    private Path folder;

    private final List<AdministratorKey> kept = new ArrayList<>();
    private final Keeper keeper = new Keeper() {
        @Override
        public Optional<AdministratorKey> load() {
            return kept.stream().findFirst();
        }

        @Override
        public void save(AdministratorKey key) {
            kept.add(key);
        }
    };

    @Test
    void theFirstStartMakesAKeyOfAwssFormAndLaterOnesLoadIt() {
        var random = new Random(1);
        var first = AdministratorKey.loadOrMake(keeper, random);
        assertThat(first.accessKeyId()).matches("AKIA[A-Z2-7]{16}");
        assertThat(first.secretAccessKey()).matches("[A-Za-z0-9+/]{40}");
        assertThat(AdministratorKey.loadOrMake(keeper, random)).isEqualTo(first);
        assertThat(kept).containsExactly(first);
        assertThat(AdministratorKey.loadOrMake(new EmptyKeeper(), random)).isNotEqualTo(first);
        assertThat(first.toString()).doesNotContain(first.secretAccessKey());
    }

    @Test
    void refusesWhatIsNoKeyWithoutShowingASecret() {
        assertThatThrownBy(() -> new AdministratorKey("AKIA1", "s".repeat(40)))
                .hasMessage("accessKeyId: AKIA1 (expected: AKIA[A-Z2-7]{16})");
        assertThatThrownBy(() -> new AdministratorKey("AKIAAAAAAAAAAAAAAAAA", "tell-nobody"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("tell-nobody");
    }

    @Test
    void theCredentialsFileIsInAwssFormatForItsOwnerAlone() throws Exception {
        var key = AdministratorKey.loadOrMake(keeper, new Random(2));
        CredentialsFile.write(folder, new CredentialsFile.Profile(key, "eu-central-1"));
        var file = CredentialsFile.in(folder);
        assertThat(file)
                .hasContent("[default]\naws_access_key_id = %s\naws_secret_access_key = %s\nregion = eu-central-1\n"
                        .formatted(key.accessKeyId(), key.secretAccessKey()));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(CredentialsFile.read(folder)).contains(new CredentialsFile.Profile(key, "eu-central-1"));
    }

    @Test
    void theCredentialsFileFollowsTheRegionAndIsRestored() throws Exception {
        var key = AdministratorKey.loadOrMake(keeper, new Random(3));
        CredentialsFile.write(folder, new CredentialsFile.Profile(key, "eu-central-1"));
        CredentialsFile.write(folder, new CredentialsFile.Profile(key, "us-west-2"));
        assertThat(CredentialsFile.read(folder).orElseThrow().region()).isEqualTo("us-west-2");
        Files.writeString(CredentialsFile.in(folder), "[default]\n");
        assertThat(CredentialsFile.read(folder)).isEmpty();
        CredentialsFile.write(folder, new CredentialsFile.Profile(key, "us-west-2"));
        assertThat(CredentialsFile.read(folder)).isPresent();
        assertThat(folder).isDirectoryNotContaining("glob:**.new");
    }

    private static final class EmptyKeeper implements Keeper {
        @Override
        public Optional<AdministratorKey> load() {
            return Optional.empty();
        }

        @Override
        public void save(AdministratorKey key) {}
    }
}
