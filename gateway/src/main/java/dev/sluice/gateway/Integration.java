/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What answers the requests of a route. */
public sealed interface Integration {
    /** Shortest allowed timeout. */
    Duration MIN_TIMEOUT = Duration.ofMillis(50);
    /** Longest allowed timeout, what Amazon API Gateway may be raised to for regional APIs. */
    Duration MAX_TIMEOUT = Duration.ofMinutes(5);

    /**
     * A literal answer.
     *
     * @param body not copied; must not change
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Mock(int status, List<Header> headers, byte[] body) implements Integration {
        public Mock {
            if (status < 200 || status > 599) {
                throw new IllegalArgumentException("status: " + status + " (expected: 200 to 599)");
            }
            headers = List.copyOf(headers);
            headers.stream().filter(header -> !header.sendable()).findFirst().ifPresent(header -> {
                throw new IllegalArgumentException(
                        "header: " + header.name() + " (expected: a token, and no control characters in its value)");
            });
        }
    }

    /**
     * The request goes to an HTTP server, as it is but for the headers that a gateway owns.
     *
     * @param method the verb towards the server; {@code ANY} for the client's
     * @param timeout until the server's answer begins, and between two parts of it
     */
    record HttpProxy(UrlTemplate url, String method, Duration timeout, List<ParameterMapping> parameters)
            implements Integration {
        public HttpProxy {
            checkTimeout(timeout);
            parameters = List.copyOf(parameters);
        }

        /** Whether a parameter is mapped to such a place. */
        public boolean mapsTo(ParameterMapping.Place place) {
            for (int i = 0; i < parameters.size(); i++) {
                if (parameters.get(i).place() == place) {
                    return true;
                }
            }
            return false;
        }

        /** Whether the path towards the server is made of the client's path alone. */
        public boolean hasPathOfPath() {
            return parameters.stream()
                    .allMatch(mapping -> mapping.place() != ParameterMapping.Place.PATH
                            || !(mapping.source() instanceof ParameterMapping.Source.Parameter parameter)
                            || parameter.place() == ParameterMapping.Place.PATH);
        }

        /**
         * From the forms that the control plane speaks.
         *
         * @param requestParameters {@code integration.request.{path|querystring|header}.x} to {@code method.request...} or {@code 'literal'}
         * @throws IllegalArgumentException naming what is wrong
         */
        public static HttpProxy of(String url, String method, Duration timeout, Map<String, String> requestParameters) {
            List<ParameterMapping> parameters = requestParameters.entrySet().stream()
                    .map(e -> ParameterMapping.parse(e.getKey(), e.getValue()))
                    .toList();
            return new HttpProxy(UrlTemplate.parse(url), method, timeout, parameters);
        }
    }

    /** A back end that takes whole requests and gives whole answers. */
    record Called(Backend backend, Duration timeout) implements Integration {
        public Called {
            checkTimeout(timeout);
        }
    }

    private static void checkTimeout(Duration timeout) {
        if (timeout.compareTo(MIN_TIMEOUT) < 0 || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: 50 ms to 300 s)");
        }
    }
}
