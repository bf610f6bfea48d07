/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.control.Documents.Kind;
import dev.sluice.wire.apigateway.Deployment;
import dev.sluice.wire.apigateway.Resource;
import dev.sluice.wire.apigateway.RestApi;
import dev.sluice.wire.apigateway.Stage;

/**
 * The kinds of document of an API. What AWS's own shape says in full is stored as that shape; methods, integrations and their responses
 * stand inside their resource.
 */
public final class ApiGatewayKinds {
    /** By API id. */
    public static final Kind<RestApi> API = new Kind<>("api", RestApi.class);
    /** By {@link #childId} of the resource's id. */
    public static final Kind<Resource> RESOURCE = new Kind<>("resource", Resource.class);
    /** By {@link #childId} of the deployment's id. */
    public static final Kind<Deployment> DEPLOYMENT = new Kind<>("deployment", Deployment.class);
    /** What a deployment deployed; never changed. Same id as the deployment. */
    public static final Kind<SnapshotDocument> SNAPSHOT = new Kind<>("snapshot", SnapshotDocument.class);
    /** By {@link #childId} of the stage's name. */
    public static final Kind<Stage> STAGE = new Kind<>("stage", Stage.class);
    /** One, with {@link #ACCOUNT_ID}. */
    static final Kind<AccountDocument> ACCOUNT = new Kind<>("account", AccountDocument.class);

    static final String ACCOUNT_ID = "account";

    private ApiGatewayKinds() {}

    /** The record id of something that belongs to an API. */
    public static String childId(String apiId, String id) {
        return prefix(apiId) + id;
    }

    /** What the record ids of all that belongs to an API start with. */
    public static String prefix(String apiId) {
        return apiId + "/";
    }
}
