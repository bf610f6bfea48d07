/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import dev.sluice.gateway.ApiKey;
import dev.sluice.gateway.Exchange;
import dev.sluice.gateway.Header;
import dev.sluice.gateway.Route;
import dev.sluice.gateway.Stage;
import dev.sluice.gateway.UsagePlan;
import dev.sluice.gateway.http.FieldLines;
import dev.sluice.gateway.http.KnownField;
import dev.sluice.gateway.http.RequestHead;
import dev.sluice.gateway.http.RequestHead.Expectation;
import dev.sluice.gateway.http.RequestHead.Framing;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way through the chain. Written by filters on the event loop; once they have passed it does not change and may be read on
 * any thread.
 */
public final class LiveExchange implements Exchange {
    private final RequestHead head;
    private final Instant receivedAt;
    private final UUID requestUuid;
    private final String requestId;
    private final String extendedRequestId;
    private final String traceId;
    private int passedFilters;
    private String method;
    private String path = "/";
    private String canonicalPath = "/";
    private @Nullable Stage stage;
    private @Nullable String basePath;
    private @Nullable Destination destination;
    private @Nullable ApiKey apiKey;
    private @Nullable UsagePlan plan;
    private List<Header> announced = List.of();
    private @Nullable String wouldRefuseBy;

    public LiveExchange(RequestHead head, Instant receivedAt, RequestIds ids) {
        this.head = head;
        this.receivedAt = receivedAt;
        this.method = head.method();
        requestUuid = ids.requestId();
        requestId = requestUuid.toString();
        extendedRequestId = ids.extendedRequestId();
        String trace = head.fields().first(KnownField.X_AMZN_TRACE_ID);
        traceId = trace == null || trace.isEmpty() ? ids.traceId(receivedAt) : trace;
    }

    /** One whose head could not be read: nothing is known of it. */
    public static LiveExchange unread(RequestHead.Connection peer, Instant receivedAt, RequestIds ids) {
        Framing framing = new Framing(0, false, Expectation.NONE);
        RequestHead none = new RequestHead("GET", "/", null, "HTTP/1.1", FieldLines.NONE, framing, "", peer);
        return new LiveExchange(none, receivedAt, ids);
    }

    /** As it was received. */
    public RequestHead head() {
        return head;
    }

    /** Null until the stage is known. */
    public @Nullable Stage stageIfKnown() {
        return stage;
    }

    /** Null until the route is known. */
    public @Nullable Route routeIfKnown() {
        return destination == null ? null : destination.match().route();
    }

    /** Null on a method that requires no key. */
    public @Nullable UsagePlan plan() {
        return plan;
    }

    /** What each answer to it says of limits, once it is admitted. */
    public List<Header> announced() {
        return announced;
    }

    /** Whether a field of this name is announced, and so is not an integration's to set. */
    public boolean announces(String name) {
        for (Header field : announced) {
            if (field.name().equalsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }

    /** The limit on trial that would have refused it; null where none would have. */
    public @Nullable String wouldRefuseBy() {
        return wouldRefuseBy;
    }

    /** The path towards the integration's server that was made for an earlier request of this path; null where none was kept. */
    public @Nullable String upstreamPath() {
        return destination().upstreamPath();
    }

    /** @param made of nothing but the path, and the same for every request of it */
    public void keepUpstreamPath(String made) {
        destination().keepUpstreamPath(made);
    }

    int passedFilters() {
        return passedFilters;
    }

    void passFilter() {
        passedFilters++;
    }

    void see(String routedMethod, String wholeCanonicalPath) {
        method = routedMethod;
        path = head.rawPath();
        canonicalPath = wholeCanonicalPath;
    }

    void enter(Stage entered, String pathBelow, String canonicalPathBelow, @Nullable String ofDomain) {
        stage = entered;
        basePath = ofDomain;
        path = pathBelow;
        canonicalPath = canonicalPathBelow;
    }

    void follow(String routedMethod, Destination found) {
        method = routedMethod;
        enter(found.stage(), found.path(), found.canonicalPath(), found.basePath());
        destination = found;
    }

    void identify(ApiKey key, UsagePlan ofStage) {
        apiKey = key;
        plan = ofStage;
    }

    void announce(List<Header> fields) {
        announced = fields;
    }

    void passOnTrial(String policy) {
        wouldRefuseBy = policy;
    }

    UUID requestUuid() {
        return requestUuid;
    }

    @Override
    public String requestId() {
        return requestId;
    }

    @Override
    public String extendedRequestId() {
        return extendedRequestId;
    }

    @Override
    public String traceId() {
        return traceId;
    }

    @Override
    public Instant receivedAt() {
        return receivedAt;
    }

    @Override
    public String httpMethod() {
        return method;
    }

    @Override
    public String protocol() {
        return head.protocol();
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public String canonicalPath() {
        return canonicalPath;
    }

    @Override
    public String stagePath() {
        return basePath == null ? "/" + stage().id().stageName() + path : head.rawPath();
    }

    @Override
    public @Nullable String basePath() {
        return basePath;
    }

    @Override
    public @Nullable String rawQuery() {
        return head.rawQuery();
    }

    @Override
    public Map<String, List<String>> queryParameters() {
        return QueryString.parse(head.rawQuery());
    }

    @Override
    public List<Header> headers() {
        return head.fields().all();
    }

    @Override
    public @Nullable String header(String name) {
        return head.fields().first(name);
    }

    @Override
    public String sourceIp() {
        return head.connection().sourceIp();
    }

    @Override
    public String peerIp() {
        return head.connection().peerIp();
    }

    @Override
    public int localPort() {
        return head.connection().localPort();
    }

    @Override
    public String scheme() {
        return head.connection().scheme();
    }

    @Override
    public String host() {
        return head.host();
    }

    @Override
    public Stage stage() {
        if (stage == null) {
            throw new IllegalStateException("stage of " + requestId + " is not known yet");
        }
        return stage;
    }

    @Override
    public Route route() {
        return destination().match().route();
    }

    @Override
    public Map<String, String> pathParameters() {
        return destination().match().pathParameters();
    }

    @Override
    public @Nullable ApiKey apiKey() {
        return apiKey;
    }

    private Destination destination() {
        if (destination == null) {
            throw new IllegalStateException("route of " + requestId + " is not known yet");
        }
        return destination;
    }
}
