/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class VaultTest {
    private static final byte[] KEY = new byte[32];
    private final Vault vault = Vault.of(MasterKey.of(KEY));

    private static void assertCorrupt(Runnable open) {
        assertThatThrownBy(open::run)
                .asInstanceOf(type(StoreException.class))
                .extracting(StoreException::code)
                .isEqualTo(StoreException.Code.CORRUPT);
    }

    @Test
    void opensWhatItSealed() {
        byte[] sealed = vault.seal("key/1", "secret".getBytes(UTF_8));

        assertThat(vault.open("key/1", sealed)).isEqualTo("secret".getBytes(UTF_8));
        assertThat(Vault.of(MasterKey.of(KEY)).open("key/1", sealed)).isEqualTo("secret".getBytes(UTF_8));
        assertThat(vault.open("empty", vault.seal("empty", new byte[0]))).isEmpty();
        assertThat(vault.seal("key/1", "secret".getBytes(UTF_8))).isNotEqualTo(sealed);
    }

    @Test
    void refusesASecretOfAnotherRecordOrAnotherKey() {
        byte[] sealed = vault.seal("key/1", "secret".getBytes(UTF_8));
        byte[] other = KEY.clone();
        other[31] = 1;

        assertCorrupt(() -> vault.open("key/2", sealed));
        assertCorrupt(() -> Vault.of(MasterKey.of(other)).open("key/1", sealed));
    }

    @Test
    void refusesASecretWithAnyByteChangedOrCut() {
        byte[] sealed = vault.seal("key/1", "secret".getBytes(UTF_8));
        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            assertCorrupt(() -> vault.open("key/1", changed));
            byte[] cut = Arrays.copyOf(sealed, i);
            assertCorrupt(() -> vault.open("key/1", cut));
        }
    }

    @Test
    void givesOneFingerprintPerPurposeSecretAndKey() {
        byte[] other = KEY.clone();
        other[0] = 1;
        String fingerprint = vault.fingerprint("api-key", "secret".getBytes(UTF_8));

        assertThat(fingerprint).matches("[0-9a-f]{64}");
        assertThat(vault.fingerprint("api-key", "secret".getBytes(UTF_8))).isEqualTo(fingerprint);
        assertThat(vault.fingerprint("credential", "secret".getBytes(UTF_8))).isNotEqualTo(fingerprint);
        assertThat(vault.fingerprint("api-ke", "ysecret".getBytes(UTF_8))).isNotEqualTo(fingerprint);
        assertThat(Vault.of(MasterKey.of(other)).fingerprint("api-key", "secret".getBytes(UTF_8)))
                .isNotEqualTo(fingerprint);
    }

    @Test
    void readsAMasterKeyInBothForms() {
        byte[] key = new byte[32];
        key[5] = 7;
        byte[] sealed = Vault.of(MasterKey.of(key)).seal("r", new byte[] {1});

        assertThat(Vault.of(MasterKey.parse(HexFormat.of().formatHex(key) + "\n"))
                        .open("r", sealed))
                .containsExactly(1);
        assertThat(Vault.of(MasterKey.parse(Base64.getEncoder().encodeToString(key)))
                        .open("r", sealed))
                .containsExactly(1);
    }

    @Test
    void refusesAMasterKeyOfAnotherLengthWithoutQuotingIt() {
        assertThatThrownBy(() -> MasterKey.parse("tooshort"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("32 bytes")
                .hasMessageNotContaining("tooshort");
        assertThatThrownBy(() -> MasterKey.of(new byte[16])).isInstanceOf(IllegalArgumentException.class);
    }
}
