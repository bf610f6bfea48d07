/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.domain;

import dev.sluice.control.Documents;
import dev.sluice.control.apigateway.ApiGatewaySettings;
import dev.sluice.gateway.ServerCertificate;
import dev.sluice.store.Records;
import dev.sluice.store.Vault;
import dev.sluice.wire.apigateway.DomainName;
import dev.sluice.wire.apigateway.EndpointConfiguration;
import java.security.GeneralSecurityException;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Turns custom domains into what is stored, shown and presented, and back. Thread-safe. */
final class DomainStore {
    private final Vault vault;
    private final ApiGatewaySettings settings;

    DomainStore(Vault vault, ApiGatewaySettings settings) {
        this.vault = vault;
        this.settings = settings;
    }

    static DomainDocument lookup(Records records, String name) {
        return Documents.get(records, DomainDocument.KIND, name).orElseThrow(DomainRules::noDomain);
    }

    /** With this certificate in the place of whatever there was, also of an ARN. */
    DomainDocument uploaded(DomainDocument domain, Upload upload) {
        byte[] key = upload.certificate().key().getEncoded();
        DomainName shown = domain.shown().toBuilder()
                .certificateArn(null)
                .regionalCertificateArn(null)
                .certificateUploadDate(upload.at().truncatedTo(ChronoUnit.SECONDS))
                .build();
        String sealed = Base64.getEncoder().encodeToString(vault.seal(recordId(domain.name()), key));
        return new DomainDocument(domain.alias(), shown, upload.chain(), sealed);
    }

    /** The uploaded certificate. */
    Optional<ServerCertificate> certificate(DomainDocument domain) {
        String chain = domain.chain();
        String sealed = domain.sealedKey();
        if (chain == null || sealed == null) {
            return Optional.empty();
        }
        byte[] key = vault.open(recordId(domain.name()), Base64.getDecoder().decode(sealed));
        try {
            return Optional.of(
                    new ServerCertificate(CertificateText.certificates(chain), CertificateText.privateKey(key)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the certificate of " + domain.name() + " cannot be read", e);
        }
    }

    /** What answers show. The alias is of the names that lead to this server on its own machine; there is no hosted zone. */
    DomainName shown(DomainDocument domain) {
        EndpointConfiguration endpoint = domain.shown().endpointConfiguration();
        List<String> types = endpoint == null || endpoint.types() == null ? List.of() : endpoint.types();
        String alias = domain.alias() + ".execute-api." + settings.region() + ".localhost";
        return domain.shown().toBuilder()
                .domainNameArn("arn:aws:apigateway:" + settings.region() + "::/domainnames/" + domain.name())
                .regionalDomainName(types.contains(DomainRules.REGIONAL) ? alias : null)
                .distributionDomainName(types.contains(DomainRules.EDGE) ? alias : null)
                .domainNameStatus("AVAILABLE")
                .build();
    }

    private static String recordId(String name) {
        return DomainDocument.KIND.name() + "/" + name;
    }
}
