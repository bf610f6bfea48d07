/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.domain;

import dev.sluice.control.Documents;
import dev.sluice.control.Documents.Kind;
import dev.sluice.store.Records;
import dev.sluice.wire.apigateway.BasePathMapping;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A base path mapping as it is stored, by {@link #id}.
 *
 * @param basePath empty for the empty one
 * @param stage null where requests name the stage
 */
record BasePathDocument(
        String domain,
        String basePath,
        String apiId,
        @Nullable String stage) {
    static final Kind<BasePathDocument> KIND = new Kind<>("base-path", BasePathDocument.class);

    /** How calls and answers say the empty base path. */
    static final String NONE = "(none)";

    static List<BasePathDocument> ofDomain(Records records, String domain) {
        return Documents.list(records, KIND, prefix(domain));
    }

    static String prefix(String domain) {
        return domain + "/";
    }

    static String id(String domain, String basePath) {
        return prefix(domain) + basePath;
    }

    String id() {
        return id(domain, basePath);
    }

    String shownBasePath() {
        return basePath.isEmpty() ? NONE : basePath;
    }

    BasePathMapping shown() {
        return BasePathMapping.builder()
                .basePath(shownBasePath())
                .restApiId(apiId)
                .stage(stage)
                .build();
    }
}
