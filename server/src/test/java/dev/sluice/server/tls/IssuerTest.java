/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The certificates, as the JDK reads them. */
class IssuerTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final Duration SKEW = Duration.ofHours(1);

    @Test
    void anAuthorityMayIssueLeavesAndNothingElse() throws Exception {
        var authority = Issuer.authority(NOW).certificate();
        assertThat(authority.getVersion()).isEqualTo(3);
        assertThat(authority.getBasicConstraints()).isZero();
        assertThat(usages(authority)).containsExactly(5, 6);
        assertThat(authority.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.15", "2.5.29.19");
        assertThat(authority.getIssuerX500Principal()).isEqualTo(authority.getSubjectX500Principal());
        assertThat(authority.getSerialNumber().bitLength()).isEqualTo(127);
        assertThat(authority.getNotBefore()).isEqualTo(NOW.minus(SKEW));
        assertThat(authority.getNotAfter()).isEqualTo(NOW.plus(Duration.ofDays(3650)));
        authority.verify(authority.getPublicKey());
    }

    @Test
    void aLeafIsAServersUnderItsAuthority() throws Exception {
        var authority = Issuer.authority(NOW);
        var issued = authority.leaf(List.of("localhost", "*.execute-api.localhost", "127.0.0.1", "::1"), NOW);
        var leaf = issued.certificate();
        leaf.verify(authority.certificate().getPublicKey());
        assertThat(leaf.getIssuerX500Principal())
                .isEqualTo(authority.certificate().getSubjectX500Principal());
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(usages(leaf)).containsExactly(0);
        assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(leaf.getSubjectAlternativeNames().stream().map(Object::toString))
                .containsExactlyInAnyOrder(
                        "[2, localhost]", "[2, *.execute-api.localhost]", "[7, 127.0.0.1]", "[7, 0:0:0:0:0:0:0:1]");
        assertThat(leaf.getNotAfter()).isEqualTo(NOW.minus(SKEW).plus(Duration.ofDays(397)));
        var signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(issued.key());
        var signed = signature.sign();
        signature.initVerify(leaf);
        assertThat(signature.verify(signed)).isTrue();
    }

    @Test
    void theLeafNamesItsAuthoritysKey() {
        var authority = Issuer.authority(NOW);
        var leaf = authority.leaf(List.of("localhost"), NOW).certificate();
        var own = authority.certificate().getExtensionValue("2.5.29.14");
        var named = leaf.getExtensionValue("2.5.29.35");
        assertThat(Arrays.copyOfRange(named, named.length - 20, named.length))
                .isEqualTo(Arrays.copyOfRange(own, own.length - 20, own.length));
    }

    private static List<Integer> usages(X509Certificate certificate) {
        var bits = certificate.getKeyUsage();
        return IntStream.range(0, bits.length).filter(bit -> bits[bit]).boxed().toList();
    }
}
