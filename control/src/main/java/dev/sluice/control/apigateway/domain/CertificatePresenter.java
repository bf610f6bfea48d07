/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.domain;

import dev.sluice.gateway.ServerCertificate;
import java.util.Map;

/** Where uploaded certificates go: the TLS listener. Thread-safe. */
public interface CertificatePresenter {
    /** @throws IllegalArgumentException when the certificate could not be presented */
    void check(ServerCertificate certificate);

    /** Presents these from now on, and none that were presented before, by the custom domain's name. */
    void present(Map<String, ServerCertificate> byDomain);
}
