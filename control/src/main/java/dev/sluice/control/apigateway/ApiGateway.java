/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.control.Documents;
import dev.sluice.control.Ids;
import dev.sluice.wire.Handlers;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** The control plane of APIs: all operations but those on API keys, usage plans and usage. Thread-safe. */
public final class ApiGateway {
    private final Documents documents;
    private final Ids ids;
    private final InstantSource clock;
    private final Publisher publisher;
    private final ApiGatewaySettings settings;
    private final StageListener listener;
    private final List<TagTarget> tagTargets;

    /**
     * @param listener hears of stages that go
     * @param otherTagTargets what else carries tags
     */
    public ApiGateway(
            Documents documents,
            Ids ids,
            InstantSource clock,
            Publisher publisher,
            ApiGatewaySettings settings,
            StageListener listener,
            List<TagTarget> otherTagTargets) {
        this.documents = documents;
        this.ids = ids;
        this.clock = clock;
        this.publisher = publisher;
        this.settings = settings;
        this.listener = listener;
        this.tagTargets = new ArrayList<>(otherTagTargets);
        tagTargets.add(new RestApiTags());
    }

    public void register(Handlers.Builder handlers) {
        RestApiPatch patch = new RestApiPatch(settings.strictAws());
        MethodDocuments methods = new MethodDocuments(documents);
        new RestApis(documents, ids, clock, publisher, patch, listener).register(handlers);
        new Resources(documents, ids).register(handlers);
        new Methods(methods).register(handlers);
        new MethodResponses(methods).register(handlers);
        new Integrations(methods, settings.maxIntegrationMillis()).register(handlers);
        new IntegrationResponses(methods).register(handlers);
        new Deployments(documents, ids, clock, publisher).register(handlers);
        new Stages(documents, clock, publisher, settings, listener).register(handlers);
        new Accounts(documents, publisher, settings).register(handlers);
        new Tags(documents, tagTargets).register(handlers);
    }
}
