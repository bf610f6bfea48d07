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
import dev.sluice.gateway.upstream.Origin;
import dev.sluice.gateway.upstream.UpstreamRequest;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the upstream's request from the client's and the integration's settings. Confined to the event loop. */
final class ProxyRequest {
    private static final Set<String> REPEATABLE = Set.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE");
    private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");

    private final ClientExchange client;
    private final LiveExchange exchange;
    private final LoopContext loop;
    private final HttpProxy integration;

    private ProxyRequest(ClientExchange client, LoopContext loop, HttpProxy integration) {
        this.client = client;
        this.exchange = client.exchange();
        this.loop = loop;
        this.integration = integration;
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
        String path = url.path(name -> mapped(Place.PATH, name));
        if (CanonicalPath.of(path).isEmpty()) {
            return new Refused(GatewayError.BAD_REQUEST);
        }
        for (ParameterMapping mapping : integration.parameters()) {
            if (mapping.place() == Place.HEADER
                    && !loop.headerRules.mayMapTo(mapping.name().toLowerCase(Locale.ROOT))) {
                return new Refused(GatewayError.API_CONFIGURATION_ERROR);
            }
            String value = mapping.place() == Place.HEADER ? value(mapping.source()) : null;
            if (value != null && !HeadWriter.isValid(mapping.name(), value)) {
                return new Refused(GatewayError.BAD_REQUEST);
            }
        }
        String query = query(url);
        String method = integration.method().equals("ANY") ? exchange.httpMethod() : integration.method();
        HeadWriter head = HeadWriter.request(client.allocator(), method, query.isEmpty() ? path : path + "?" + query);
        fields(head, url, method);
        return new Ready(new UpstreamRequest(
                new Origin(url.tls(), url.host(), url.port()),
                head.end(),
                !method.equals("HEAD"),
                REPEATABLE.contains(method),
                integration.timeout()));
    }

    private void fields(HeadWriter head, UrlTemplate url, String method) {
        head.field("Host", url.authority());
        Set<String> set = mappedFields(head);
        copyFields(head, set);
        String apiId = exchange.stage().id().apiId();
        if (!set.contains("user-agent") && exchange.header("User-Agent") == null) {
            head.field("User-Agent", "AmazonAPIGateway_" + apiId);
        }
        if (!set.contains("accept") && exchange.header("Accept") == null) {
            head.field("Accept", "application/json");
        }
        String forwarded = String.join(", ", exchange.head().fields().values("X-Forwarded-For"));
        head.field(
                        "X-Forwarded-For",
                        forwarded.isEmpty() ? exchange.sourceIp() : forwarded + ", " + exchange.sourceIp())
                .field("X-Forwarded-Port", Integer.toString(exchange.localPort()))
                .field("X-Forwarded-Proto", exchange.scheme())
                .field("X-Amzn-Trace-Id", exchange.traceId())
                .field("X-Amzn-Apigateway-Api-Id", apiId);
        if (client.contentLength() < 0) {
            head.field("Transfer-Encoding", "chunked");
        } else if (client.contentLength() > 0 || WITH_BODY.contains(method)) {
            head.field("Content-Length", Long.toString(client.contentLength()));
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

    private void copyFields(HeadWriter head, Set<String> except) {
        HttpHeaders headers = client.requestHeaders();
        Set<String> tokens = HeaderRules.connectionTokens(headers);
        for (Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence(); all.hasNext(); ) {
            Map.Entry<CharSequence, CharSequence> field = all.next();
            String lower = field.getKey().toString().toLowerCase(Locale.ROOT);
            if (loop.headerRules.forwards(lower, tokens) && !except.contains(lower)) {
                head.field(field.getKey(), field.getValue());
            }
        }
    }

    /** The template's own, the client's but for those mapped, and the mapped. */
    private String query(UrlTemplate url) {
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
        String raw = exchange.rawQuery();
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
