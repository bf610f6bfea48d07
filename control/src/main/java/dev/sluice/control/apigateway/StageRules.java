/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.control.Documents;
import dev.sluice.store.Records;
import dev.sluice.wire.CommonErrors;
import dev.sluice.wire.ServiceException;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the members of a stage may be. */
final class StageRules {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,128}");

    private StageRules() {}

    static String name(@Nullable String name) {
        if (name == null || !NAME.matcher(name).matches()) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Stage name only allows a-zA-Z0-9_");
        }
        return name;
    }

    static String deployment(Records records, String apiId, @Nullable String deploymentId) {
        if (deploymentId == null
                || Documents.get(records, ApiGatewayKinds.DEPLOYMENT, ApiGatewayKinds.childId(apiId, deploymentId))
                        .isEmpty()) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Deployment id does not exist");
        }
        return deploymentId;
    }

    static ServiceException canaryUnsupported() {
        return CommonErrors.NOT_IMPLEMENTED.with("Canary releases are not supported yet");
    }
}
