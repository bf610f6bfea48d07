/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.domain;

import dev.sluice.control.Documents.Kind;
import dev.sluice.wire.apigateway.DomainName;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A custom domain as it is stored, by its name.
 *
 * @param alias the first label of the name that stands for AWS's regional or distribution domain name
 * @param shown what answers show, but for what follows from other members
 * @param chain the uploaded certificates in PEM, the domain's first; null without an upload
 * @param sealedKey the private key of the first, PKCS #8, under the vault, in Base64; null without an upload
 */
record DomainDocument(
        String alias,
        DomainName shown,
        @Nullable String chain,
        @Nullable String sealedKey) {
    static final Kind<DomainDocument> KIND = new Kind<>("domain", DomainDocument.class);

    String name() {
        return String.valueOf(shown.domainName());
    }

    DomainDocument withTags(Map<String, String> tags) {
        return new DomainDocument(
                alias, shown.toBuilder().tags(tags.isEmpty() ? null : tags).build(), chain, sealedKey);
    }
}
