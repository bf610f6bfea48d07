/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.integration;

import dev.sluice.control.apigateway.FunctionBackends.Target;
import java.util.List;

/**
 * How a function's policy may name a method of a stage as the source of a call: as AWS does, {@code
 * arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/VERB/path}, and, unless strict, by the API's own ARN, {@code
 * arn:aws:apigateway:REGION::/restapis/API/STAGE/VERB}, with the path or without. Immutable.
 */
final class SourceArns {
    private static final String ANY = "ANY";

    private final Target target;
    private final boolean strictAws;

    private SourceArns(Target target, boolean strictAws) {
        this.target = target;
        this.strictAws = strictAws;
    }

    static SourceArns of(Target target, boolean strictAws) {
        return new SourceArns(target, strictAws);
    }

    /** @param httpMethod the request's; stands in where the method is declared as ANY */
    List<String> forVerb(String httpMethod) {
        String verb = target.declaredMethod().equals(ANY) ? httpMethod : target.declaredMethod();
        String method = target.apiId() + "/" + target.stageName() + "/" + verb;
        String execute = "arn:aws:execute-api:" + target.region() + ":" + target.accountId() + ":" + method
                + target.resourcePath();
        if (strictAws) {
            return List.of(execute);
        }
        String api = "arn:aws:apigateway:" + target.region() + "::/restapis/" + method;
        return List.of(execute, api, api + target.resourcePath());
    }
}
