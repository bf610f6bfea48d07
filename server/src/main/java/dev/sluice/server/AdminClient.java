/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import dev.sluice.server.folder.CredentialsFile;
import dev.sluice.wire.Header;
import dev.sluice.wire.WireRequest;
import dev.sluice.wire.sigv4.RequestSigner;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends signed calls to a server's admin plane and reads their JSON answers. Blocks, each step 10 s at most. */
final class AdminClient {
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int MAX_ANSWER_BYTES = 1 << 20;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final URI admin;
    private final CredentialsFile.Profile profile;
    private final InstantSource clock;

    AdminClient(URI admin, CredentialsFile.Profile profile, InstantSource clock) {
        this.admin = admin;
        this.profile = profile;
        this.clock = clock;
    }

    record Answer(int status, JsonNode body) {}

    Answer get(String service, String path) throws IOException {
        return send(service, "GET", path, "");
    }

    /** @param body JSON, or empty for none */
    Answer send(String service, String method, String path, String body) throws IOException {
        var uri = admin.resolve(path);
        var content = body.getBytes(StandardCharsets.UTF_8);
        List<Header> headers = new ArrayList<>(List.of(new Header("Host", uri.getAuthority())));
        if (content.length > 0) {
            headers.add(new Header("Content-Type", "application/json"));
        }
        var plain = new WireRequest(method, uri.getRawPath(), null, headers, content, "");
        var signer = new RequestSigner(
                profile.key().accessKeyId(), profile.key().secretAccessKey(), profile.region(), service);
        var connection = connect(uri);
        connection.setRequestMethod(method);
        for (var header : signer.sign(plain, clock.instant()).headers()) {
            if (!header.name().equals("Host")) {
                connection.setRequestProperty(header.name(), header.value());
            }
        }
        if (content.length > 0) {
            connection.setDoOutput(true);
            connection.getOutputStream().write(content);
        }
        return answer(connection);
    }

    /** A connection that goes there by no proxy. */
    static HttpURLConnection connect(URI uri) throws IOException {
        var connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        return connection;
    }

    private static Answer answer(HttpURLConnection connection) throws IOException {
        var status = connection.getResponseCode();
        try (InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return new Answer(status, JSON.readTree(body.readNBytes(MAX_ANSWER_BYTES)));
        } finally {
            connection.disconnect();
        }
    }
}
