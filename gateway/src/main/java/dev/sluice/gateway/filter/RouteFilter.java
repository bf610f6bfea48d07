/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import dev.sluice.gateway.BasePath;
import dev.sluice.gateway.Published;
import dev.sluice.gateway.RouteMatch;
import dev.sluice.gateway.Stage;
import dev.sluice.gateway.http.Grammar;
import dev.sluice.gateway.http.KnownField;
import dev.sluice.gateway.http.RequestHead;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds stage and route: by host and {@code /{stage}/path}, by one of the two path forms, or by a custom domain's base paths. */
final class RouteFilter implements Filter {
    private static final String EXECUTE_API = ".execute-api.";

    private final Published published;
    private final RouteCache cache = new RouteCache();

    RouteFilter(Published published) {
        this.published = published;
    }

    @Override
    public Step onRequest(LiveExchange exchange) {
        RequestHead head = exchange.head();
        String method = method(head);
        if (head.rawQuery() != null && head.rawQuery().indexOf('#') >= 0) {
            return Step.Refuse.with(GatewayError.BAD_REQUEST);
        }
        Destination known = cache.find(published.version(), method, head.host(), head.rawPath());
        if (known == null) {
            return resolve(exchange, method);
        }
        exchange.follow(method, known);
        return Step.Continue.INSTANCE;
    }

    private Step resolve(LiveExchange exchange, String method) {
        RequestHead head = exchange.head();
        Optional<String> canonical = CanonicalPath.of(head.rawPath());
        if (canonical.isEmpty() || !isForwardable(method)) {
            return Step.Refuse.with(GatewayError.BAD_REQUEST);
        }
        exchange.see(method, canonical.get());
        Address address = address(head.host(), canonical.get());
        Optional<Stage> stage =
                address == null ? Optional.empty() : published.stage(address.apiId(), address.stageName());
        if (address == null || stage.isEmpty() || (stage.get().byDomainOnly() && address.basePath() == null)) {
            return Step.Refuse.with(GatewayError.UNKNOWN_STAGE);
        }
        String path = below(canonical.get(), address.segments());
        String rawPath = below(head.rawPath(), address.segments());
        exchange.enter(stage.get(), rawPath, path, address.basePath());
        Optional<RouteMatch> match = stage.get().routes().match(method, path);
        if (match.isEmpty()) {
            return Step.Refuse.with(GatewayError.MISSING_AUTHENTICATION_TOKEN);
        }
        Destination found = new Destination(stage.get(), rawPath, path, address.basePath(), match.get());
        cache.keep(method, head.host(), head.rawPath(), found);
        exchange.follow(method, found);
        return Step.Continue.INSTANCE;
    }

    private static String method(RequestHead head) {
        String override = head.method().equals("POST") ? head.fields().first(KnownField.X_HTTP_METHOD_OVERRIDE) : null;
        return override == null || override.isEmpty() ? head.method() : override.toUpperCase(Locale.ROOT);
    }

    /** A token, as it may become an upstream's request line although a field of the client says it; and no tunnel. */
    private static boolean isForwardable(String method) {
        return Grammar.isToken(method) && !method.equals("CONNECT");
    }

    private @Nullable Address address(String host, String path) {
        int dot = host.indexOf(EXECUTE_API);
        if (dot > 0) {
            return new Address(host.substring(0, dot), segment(path, 0), 1, null);
        }
        if (path.startsWith("/restapis/") && segment(path, 3).equals("_user_request_")) {
            return new Address(segment(path, 1), segment(path, 2), 4, null);
        }
        if (path.startsWith("/_aws/execute-api/")) {
            return new Address(segment(path, 2), segment(path, 3), 4, null);
        }
        return domainAddress(host, path);
    }

    private @Nullable Address domainAddress(String host, String path) {
        BasePath found = published
                .domains()
                .find(host)
                .flatMap(domain -> domain.match(path))
                .orElse(null);
        if (found == null) {
            return null;
        }
        String stageName = found.stageName();
        int segments = found.segments();
        return stageName == null
                ? new Address(found.apiId(), segment(path, segments), segments + 1, found.text())
                : new Address(found.apiId(), stageName, segments, found.text());
    }

    /** The segment at an index, counted from 0; empty when there are fewer. */
    private static String segment(String path, int index) {
        int from = endOf(path, index);
        int start = afterSlashes(path, from);
        int end = path.indexOf('/', start);
        return path.substring(start, end < 0 ? path.length() : end);
    }

    private static String below(String path, int segments) {
        int end = endOf(path, segments);
        return end == path.length() ? "/" : path.substring(end);
    }

    private static int endOf(String path, int segments) {
        int at = 0;
        for (int i = 0; i < segments; i++) {
            int slash = path.indexOf('/', afterSlashes(path, at));
            at = slash < 0 ? path.length() : slash;
        }
        return at;
    }

    private static int afterSlashes(String path, int from) {
        int at = from;
        while (at < path.length() && path.charAt(at) == '/') {
            at++;
        }
        return at;
    }

    /**
     * @param segments of the path that name the stage and not the resource
     * @param basePath of the custom domain; null where it is none
     */
    private record Address(
            String apiId,
            String stageName,
            int segments,
            @Nullable String basePath) {}
}
