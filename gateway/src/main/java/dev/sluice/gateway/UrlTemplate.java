/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address of an upstream: {@code http://host:port/a/{param}?x=y}. Parameters stand in the path or the query only, so that a request can
 * never choose the server.
 */
public final class UrlTemplate {
    private static final Pattern PARAMETER = Pattern.compile("\\{([A-Za-z0-9._:-]+)\\+?}");

    private final Origin origin;
    private final String authority;
    private final List<Part> path;
    private final List<Part> query;

    private UrlTemplate(Origin origin, String authority, List<Part> path, List<Part> query) {
        this.origin = origin;
        this.authority = authority;
        this.path = path;
        this.query = query;
    }

    /** @throws IllegalArgumentException unless it is an absolute http or https URL without user information and fragment */
    public static UrlTemplate parse(String url) {
        int slashes = url.indexOf("://");
        int afterAuthority = slashes < 0 ? -1 : indexOfPathOrQuery(url, slashes + 3);
        if (afterAuthority < 0) {
            throw invalid(url);
        }
        URI server = server(url, url.substring(0, afterAuthority));
        boolean tls = server.getScheme().equalsIgnoreCase("https");
        String rest = url.substring(afterAuthority);
        String literals = PARAMETER.matcher(rest).replaceAll("p");
        if (!literals.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '#' && c != '\\' && c != '{' && c != '}')) {
            throw invalid(url);
        }
        int mark = rest.indexOf('?');
        String path = mark < 0 ? rest : rest.substring(0, mark);
        int port = server.getPort() >= 0 ? server.getPort() : tls ? 443 : 80;
        String host = server.getHost().startsWith("[")
                ? server.getHost().substring(1, server.getHost().length() - 1)
                : server.getHost();
        return new UrlTemplate(
                new Origin(tls, host.toLowerCase(Locale.ROOT), port),
                server.getRawAuthority(),
                parts(path.isEmpty() ? "/" : path),
                parts(mark < 0 ? "" : rest.substring(mark + 1)));
    }

    /** The server. */
    public Origin origin() {
        return origin;
    }

    /** Whether there is a query string of its own. */
    public boolean hasQuery() {
        return query.size() > 1 || !query.getFirst().literal().isEmpty();
    }

    /** What the Host header says: the port stands there as it was written. */
    public String authority() {
        return authority;
    }

    /** The path with its parameters put in as they are (already percent-encoded); one without a value is left out. */
    public String path(Function<String, @Nullable String> parameters) {
        return fill(path, parameters);
    }

    /** The template's own query string without the question mark; empty when it has none. */
    public String query(Function<String, @Nullable String> parameters) {
        return fill(query, parameters);
    }

    private static int indexOfPathOrQuery(String url, int from) {
        for (int i = from; i < url.length(); i++) {
            if (url.charAt(i) == '/' || url.charAt(i) == '?') {
                return i;
            }
        }
        return url.length();
    }

    private static URI server(String url, String server) {
        try {
            URI uri = new URI(server);
            String scheme = uri.getScheme();
            boolean http = scheme != null && (scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https"));
            if (http && uri.getHost() != null && uri.getRawUserInfo() == null && uri.getPort() <= 65535) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(invalid(url).getMessage(), e);
        }
        throw invalid(url);
    }

    private static IllegalArgumentException invalid(String url) {
        return new IllegalArgumentException(
                "url: " + url + " (expected: http[s]://HOST[:PORT]/PATH with {parameters} in path or query)");
    }

    private static List<Part> parts(String text) {
        List<Part> parts = new ArrayList<>();
        Matcher matcher = PARAMETER.matcher(text);
        int from = 0;
        while (matcher.find()) {
            parts.add(new Part(text.substring(from, matcher.start()), matcher.group(1)));
            from = matcher.end();
        }
        parts.add(new Part(text.substring(from), null));
        return List.copyOf(parts);
    }

    private static String fill(List<Part> parts, Function<String, @Nullable String> parameters) {
        if (parts.size() == 1) {
            return parts.getFirst().literal();
        }
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            text.append(part.literal());
            String value = part.parameter() == null ? null : parameters.apply(part.parameter());
            if (value != null) {
                text.append(value);
            }
        }
        return text.toString();
    }

    /** A literal and the parameter that follows it, null at the end. */
    private record Part(String literal, @Nullable String parameter) {}
}
