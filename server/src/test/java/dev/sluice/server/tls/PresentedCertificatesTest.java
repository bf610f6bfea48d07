/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.gateway.Certificates;
import dev.sluice.gateway.ServerCertificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PresentedCertificatesTest {
    private static final Issuer AUTHORITY = Issuer.authority(Instant.parse("2026-11-23T10:00:00Z"));

    private final ServerCertificate own = certificate();
    private final ServerCertificate inFolder = certificate();
    private final ServerCertificate uploaded = certificate();
    private final PresentedCertificates certificates = new PresentedCertificates();
    private final List<Certificates> presented = new ArrayList<>();

    private static ServerCertificate certificate() {
        var leaf = AUTHORITY.leaf(List.of("a.example.com"), Instant.parse("2026-11-23T10:00:00Z"));
        return new ServerCertificate(List.of(leaf.certificate()), leaf.key());
    }

    private Certificates files() {
        return new Certificates(own, Map.of("a.example.com", inFolder, "*.example.com", inFolder));
    }

    @Test
    void anUploadedCertificateWinsOverTheFolderForItsNameOnly() {
        certificates.present(Map.of("a.example.com", uploaded, "b.example.org", uploaded));
        assertThat(certificates.startingWith(files()))
                .isEqualTo(new Certificates(
                        own, Map.of("a.example.com", uploaded, "b.example.org", uploaded, "*.example.com", inFolder)));
        certificates.startedWith(presented::add, _ -> {});
        certificates.present(Map.of());
        assertThat(presented.getLast()).isEqualTo(files());
    }

    @Test
    void changesOfFilesKeepWhatIsUploadedAndTheOtherWayRound() {
        certificates.startingWith(files());
        certificates.startedWith(presented::add, _ -> {});
        certificates.present(Map.of("b.example.org", uploaded));
        certificates.presentFiles(Certificates.of(inFolder));
        assertThat(presented.getLast()).isEqualTo(new Certificates(inFolder, Map.of("b.example.org", uploaded)));
        certificates.present(Map.of());
        assertThat(presented.getLast()).isEqualTo(Certificates.of(inFolder));
    }

    @Test
    void filesThatAreRefusedChangeNothing() {
        certificates.startingWith(files());
        certificates.startedWith(
                next -> {
                    if (next.byDefault().equals(uploaded)) {
                        throw new IllegalArgumentException("not this one");
                    }
                    presented.add(next);
                },
                _ -> {});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> certificates.presentFiles(Certificates.of(uploaded)))
                .withMessage("not this one");
        certificates.present(Map.of("b.example.org", uploaded));
        assertThat(presented.getLast().byDefault()).isEqualTo(own);
    }

    @Test
    void theListenerSaysWhatItDoesNotTake() {
        certificates.check(uploaded);
        certificates.startedWith(presented::add, candidate -> {
            throw new IllegalArgumentException("not this one");
        });
        assertThatIllegalArgumentException()
                .isThrownBy(() -> certificates.check(uploaded))
                .withMessage("not this one");
    }
}
