/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.Integration.HttpProxy;
import dev.sluice.gateway.ParameterMapping;
import dev.sluice.gateway.ParameterMapping.Place;
import dev.sluice.gateway.ParameterMapping.Source;
import dev.sluice.gateway.UrlTemplate;
import dev.sluice.gateway.filter.CanonicalPath;
import dev.sluice.gateway.filter.GatewayError;
import dev.sluice.gateway.filter.LiveExchange;
import dev.sluice.gateway.filter.QueryString;
import dev.sluice.gateway.http.FieldLines;
import dev.sluice.gateway.http.HeadWriter;
import dev.sluice.gateway.http.KnownField;
import dev.sluice.gateway.loop.Outlet;
import dev.sluice.gateway.upstream.UpstreamRequest;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the upstream's request from the client's and the integration's settings. Confined to the event loop. */
final class ProxyRequest {
    private static final Set<String> REPEATABLE = Set.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE");
    private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");

    private static final byte[] SPACE = StatusLines.bytes(" ");
    private static final byte[] QUERY = StatusLines.bytes("?");
    private static final byte[] VERSION = StatusLines.bytes(" HTTP/1.1\r\n");
    private static final byte[] CHUNKED = StatusLines.bytes("Transfer-Encoding: chunked\r\n");
    private static final byte[] USER_AGENT = StatusLines.bytes("User-Agent: AmazonAPIGateway_");
    private static final byte[] ACCEPT = StatusLines.bytes("Accept: application/json\r\n");
    private static final byte[] HOST = HeadWriter.name("Host");
    private static final byte[] FORWARDED_FOR = HeadWriter.name("X-Forwarded-For");
    private static final byte[] FORWARDED_PORT = HeadWriter.name("X-Forwarded-Port");
    private static final byte[] FORWARDED_PROTO = HeadWriter.name("X-Forwarded-Proto");
    private static final byte[] TRACE_ID = HeadWriter.name("X-Amzn-Trace-Id");
    private static final byte[] API_ID = HeadWriter.name("X-Amzn-Apigateway-Api-Id");
    private static final byte[] CONTENT_LENGTH = HeadWriter.name("Content-Length");

    private final ClientExchange client;
    private final LiveExchange exchange;
    private final LoopContext loop;
    private final HttpProxy integration;
    private final boolean mapsFields;

    private ProxyRequest(ClientExchange client, LoopContext loop, HttpProxy integration) {
        this.client = client;
        this.exchange = client.exchange();
        this.loop = loop;
        this.integration = integration;
        this.mapsFields = integration.mapsTo(Place.HEADER);
    }

    /** A request, or why there can be none. */
    sealed interface Result {}

    record Ready(UpstreamRequest request) implements Result {}

    record Refused(GatewayError error) implements Result {}

    static Result encode(ClientExchange client, LoopContext loop, HttpProxy integration) {
        return new ProxyRequest(client, loop, integration).encode();
    }

    private Result encode() {
        UrlTemplate url = integration.url();
        String path = exchange.upstreamPath();
        if (path == null) {
            path = url.path(name -> mapped(Place.PATH, name));
            if (CanonicalPath.of(path).isEmpty()) {
                return new Refused(GatewayError.BAD_REQUEST);
            }
            if (integration.hasPathOfPath()) {
                exchange.keepUpstreamPath(path);
            }
        }
        GatewayError unmappable = mapsFields ? checkMappedFields() : null;
        if (unmappable != null) {
            return new Refused(unmappable);
        }
        String query = query(url);
        String method = integration.method().equals("ANY") ? exchange.httpMethod() : integration.method();
        String upstreamPath = path;
        return new Ready(new UpstreamRequest(
                url.origin(),
                outlet -> head(method, upstreamPath, query, outlet),
                !method.equals("HEAD"),
                REPEATABLE.contains(method),
                integration.timeout()));
    }

    private ByteBuf head(String method, String path, String query, Outlet outlet) {
        HeadWriter head = loop.heads.begin().raw(method).raw(SPACE).raw(path);
        if (!query.isEmpty()) {
            head.raw(QUERY).raw(query);
        }
        fields(head.raw(VERSION), integration.url(), method);
        return head.writeTo(outlet.buffer(head.end()));
    }

    private @Nullable GatewayError checkMappedFields() {
        for (ParameterMapping mapping : integration.parameters()) {
            if (mapping.place() == Place.HEADER && !loop.headerRules.mayMapTo(mapping.name())) {
                return GatewayError.API_CONFIGURATION_ERROR;
            }
            String value = mapping.place() == Place.HEADER ? value(mapping.source()) : null;
            if (value != null && !HeadWriter.isValid(mapping.name(), value)) {
                return GatewayError.BAD_REQUEST;
            }
        }
        return null;
    }

    private void fields(HeadWriter head, UrlTemplate url, String method) {
        head.field(HOST, url.authority());
        FieldLines received = exchange.head().fields();
        Set<String> set = mapsFields ? mappedFields(head) : Set.of();
        copyFields(received, head, set);
        String apiId = exchange.stage().id().apiId();
        if (received.indexOf(KnownField.USER_AGENT, 0) < 0 && !set.contains("user-agent")) {
            head.raw(USER_AGENT).raw(apiId).lineEnd();
        }
        if (received.indexOf(KnownField.ACCEPT, 0) < 0 && !set.contains("accept")) {
            head.raw(ACCEPT);
        }
        head.field(FORWARDED_FOR, forwardedFor(received))
                .field(FORWARDED_PORT, exchange.localPort())
                .field(FORWARDED_PROTO, exchange.scheme())
                .field(TRACE_ID, exchange.traceId())
                .field(API_ID, apiId);
        if (client.contentLength() < 0) {
            head.raw(CHUNKED);
        } else if (client.contentLength() > 0 || WITH_BODY.contains(method)) {
            head.field(CONTENT_LENGTH, client.contentLength());
        }
    }

    /** @return the names set, lower case */
    private Set<String> mappedFields(HeadWriter head) {
        Set<String> names = new HashSet<>();
        for (ParameterMapping mapping : integration.parameters()) {
            String value = mapping.place() == Place.HEADER ? value(mapping.source()) : null;
            if (value != null) {
                head.field(mapping.name(), value);
                names.add(mapping.name().toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }

    private void copyFields(FieldLines from, HeadWriter to, Set<String> except) {
        Set<String> tokens = from.connectionTokens();
        for (int i = 0; i < from.size(); i++) {
            if (loop.headerRules.forwards(from, i, tokens)
                    && (except.isEmpty() || !except.contains(from.name(i).toLowerCase(Locale.ROOT)))) {
                to.line(from, i);
            }
        }
    }

    private String forwardedFor(FieldLines received) {
        if (received.indexOf(KnownField.X_FORWARDED_FOR, 0) < 0) {
            return exchange.peerIp();
        }
        String before = String.join(", ", received.values(KnownField.X_FORWARDED_FOR));
        return before.isEmpty() ? exchange.peerIp() : before + ", " + exchange.peerIp();
    }

    /** The template's own, the client's but for those mapped, and the mapped. */
    private String query(UrlTemplate url) {
        String raw = exchange.rawQuery();
        if (!url.hasQuery() && !integration.mapsTo(Place.QUERYSTRING)) {
            return raw == null ? "" : raw;
        }
        List<String> pairs = new ArrayList<>();
        String own = url.query(name -> mapped(Place.PATH, name));
        if (!own.isEmpty()) {
            pairs.add(own);
        }
        Set<String> names = new HashSet<>();
        List<String> mapped = new ArrayList<>();
        for (ParameterMapping mapping : integration.parameters()) {
            String value = mapping.place() == Place.QUERYSTRING ? value(mapping.source()) : null;
            if (value != null) {
                names.add(mapping.name());
                mapped.add(QueryString.encode(mapping.name()) + "=" + QueryString.encode(value));
            }
        }
        if (raw != null && !raw.isEmpty()) {
            if (names.isEmpty()) {
                pairs.add(raw);
            } else {
                QueryString.pairs(raw).stream()
                        .filter(pair -> !names.contains(QueryString.name(pair)))
                        .forEach(pairs::add);
            }
        }
        pairs.addAll(mapped);
        return String.join("&", pairs);
    }

    /** What a parameter of the template stands for, percent-encoded: what is mapped to it, else the path parameter of that name. */
    private @Nullable String mapped(Place place, String name) {
        for (ParameterMapping mapping : integration.parameters()) {
            if (mapping.place() == place && mapping.name().equals(name)) {
                String value = value(mapping.source());
                boolean encoded =
                        mapping.source() instanceof Source.Parameter(Place from, String _) && from == Place.PATH;
                return value == null || encoded ? value : QueryString.encode(value);
            }
        }
        return exchange.pathParameters().get(name);
    }

    private @Nullable String value(Source source) {
        return switch (source) {
            case Source.Literal(String value) -> value;
            case Source.Parameter(Place place, String name) ->
                switch (place) {
                    case PATH -> exchange.pathParameters().get(name);
                    case HEADER -> exchange.header(name);
                    case QUERYSTRING -> {
                        List<String> values = exchange.queryParameters().get(name);
                        yield values == null ? null : values.getFirst();
                    }
                };
        };
    }
}
