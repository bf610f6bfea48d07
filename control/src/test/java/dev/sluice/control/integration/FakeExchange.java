/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.integration;

import dev.sluice.gateway.ApiKey;
import dev.sluice.gateway.Backend;
import dev.sluice.gateway.Exchange;
import dev.sluice.gateway.Header;
import dev.sluice.gateway.Integration;
import dev.sluice.gateway.Route;
import dev.sluice.gateway.Routes;
import dev.sluice.gateway.Stage;
import dev.sluice.gateway.StageId;
import dev.sluice.limits.Bucket;
import dev.sluice.limits.Limit;
import dev.sluice.limits.LiveLimit;
import dev.sluice.limits.NanoClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A request for {@code /pets/{id}} of stage {@code dev}; tests change what they are about. */
final class FakeExchange implements Exchange {
    static final StageId STAGE = new StageId("123456789012", "us-east-1", "abc", "dev");

    String httpMethod = "GET";
    String path = "/pets/7";
    List<Header> headers = new ArrayList<>(List.of(new Header("Host", "abc.execute-api.localhost:8080")));
    Map<String, List<String>> queryParameters = Map.of();
    Map<String, String> pathParameters = Map.of("id", "7");
    Map<String, String> variables = Map.of();
    List<String> binaryMediaTypes = List.of();
    Duration timeout = Duration.ofSeconds(20);

    @Nullable
    ApiKey apiKey;

    @Nullable
    String basePath;

    @Override
    public String requestId() {
        return "6f2b9a52-0b25-4a06-8f0c-111111111111";
    }

    @Override
    public String extendedRequestId() {
        return "AbCdEfGhIjK=";
    }

    @Override
    public String traceId() {
        return "Root=1-67891233-abcdef012345678912345678";
    }

    @Override
    public Instant receivedAt() {
        return Instant.parse("2015-04-09T12:34:56.789Z");
    }

    @Override
    public String httpMethod() {
        return httpMethod;
    }

    @Override
    public String protocol() {
        return "HTTP/1.1";
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public String canonicalPath() {
        return "/pets/7";
    }

    @Override
    public String stagePath() {
        return basePath == null ? "/dev" + path : "/" + basePath + path;
    }

    @Override
    public @Nullable String basePath() {
        return basePath;
    }

    @Override
    public @Nullable String rawQuery() {
        return null;
    }

    @Override
    public Map<String, List<String>> queryParameters() {
        return queryParameters;
    }

    @Override
    public List<Header> headers() {
        return headers;
    }

    @Override
    public @Nullable String header(String name) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(Header::value)
                .findFirst()
                .orElse(null);
    }

    @Override
    public String sourceIp() {
        return "192.0.2.7";
    }

    @Override
    public String peerIp() {
        return "192.0.2.7";
    }

    @Override
    public int localPort() {
        return 8443;
    }

    @Override
    public String scheme() {
        return "https";
    }

    @Override
    public String host() {
        return "abc.execute-api.localhost";
    }

    @Override
    public Stage stage() {
        return new Stage(
                STAGE,
                "pets",
                "dep123",
                variables,
                binaryMediaTypes,
                Routes.of(List.of()),
                unlimited(),
                unlimited(),
                unlimited());
    }

    @Override
    public Route route() {
        Backend unused = (_, _) -> CompletableFuture.failedFuture(new IllegalStateException("not called"));
        return new Route(
                "res123",
                "/pets/{id}",
                "GET",
                apiKey != null,
                false,
                unlimited(),
                new Integration.Called(unused, timeout));
    }

    @Override
    public Map<String, String> pathParameters() {
        return pathParameters;
    }

    @Override
    public @Nullable ApiKey apiKey() {
        return apiKey;
    }

    private static Bucket unlimited() {
        return Bucket.full(new LiveLimit("test", Limit.UNLIMITED), NanoClock.SYSTEM);
    }
}
