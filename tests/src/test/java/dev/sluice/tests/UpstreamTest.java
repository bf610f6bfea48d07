/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.apigateway.ApiGatewayClient;
import software.amazon.awssdk.services.apigateway.model.IntegrationType;

/** HTTP_PROXY to a real upstream. */
class UpstreamTest {
    private static final CountDownLatch NEVER = new CountDownLatch(1);
    private static RunningServer server;
    private static HttpServer upstream;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        server = RunningServer.start(folder.resolve("data"));
        upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        upstream.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        upstream.createContext("/echo", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String line = exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("X-Amzn-Apigateway-Api-Id") + " ";
            byte[] head = line.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("X-From", "upstream");
            exchange.sendResponseHeaders(203, 0);
            exchange.getResponseBody().write(head);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        upstream.createContext("/hang", exchange -> {
            try {
                NEVER.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
        upstream.start();
    }

    @AfterAll
    static void stop() {
        NEVER.countDown();
        upstream.stop(0);
        server.close();
    }

    private static String api(String url, int timeoutMillis) {
        ApiGatewayClient client = server.aws().apigateway();
        String api = client.createRestApi(r -> r.name("proxy")).id();
        String root =
                client.getResources(r -> r.restApiId(api)).items().getFirst().id();
        String resource = client.createResource(
                        r -> r.restApiId(api).parentId(root).pathPart("{proxy+}"))
                .id();
        client.putMethod(r -> r.restApiId(api)
                .resourceId(resource)
                .httpMethod("ANY")
                .authorizationType("NONE")
                .requestParameters(java.util.Map.of("method.request.path.proxy", true)));
        client.putIntegration(r -> r.restApiId(api)
                .resourceId(resource)
                .httpMethod("ANY")
                .type(IntegrationType.HTTP_PROXY)
                .integrationHttpMethod("ANY")
                .timeoutInMillis(timeoutMillis)
                .requestParameters(java.util.Map.of("integration.request.path.proxy", "method.request.path.proxy"))
                .uri(url + "/{proxy}"));
        client.createDeployment(r -> r.restApiId(api).stageName(MockApi.STAGE));
        return api;
    }

    private static String origin() {
        return "http://127.0.0.1:" + upstream.getAddress().getPort();
    }

    @Test
    void requestAndAnswerPassThrough() {
        String api = api(origin(), 5_000);
        HttpResponse<String> answer = Http.post(server.url(api, MockApi.STAGE, "/echo/a%20b?q=1"), "payload");
        assertThat(answer.statusCode()).isEqualTo(203);
        assertThat(answer.headers().firstValue("X-From")).hasValue("upstream");
        assertThat(answer.body()).isEqualTo("POST /echo/a%20b?q=1 " + api + " payload");
    }

    @Test
    void largeBodiesPassBothWays() {
        String api = api(origin(), 10_000);
        String body = "0123456789abcdef".repeat(256 * 1024);
        HttpResponse<String> answer = Http.post(server.url(api, MockApi.STAGE, "/echo/x"), body);
        assertThat(answer.body()).hasSize("POST /echo/x ".length() + api.length() + 1 + body.length());
    }

    @Test
    void anUpstreamThatHangsIsATimeout() {
        HttpResponse<String> answer = Http.get(server.url(api(origin(), 300), MockApi.STAGE, "/hang"));
        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.body()).isEqualTo("{\"message\": \"Endpoint request timed out\"}");
    }

    @Test
    void anUpstreamThatIsNotThereIsAGatewayError() {
        HttpResponse<String> answer = Http.get(server.url(api("http://127.0.0.1:1", 1_000), MockApi.STAGE, "/x"));
        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.body()).isEqualTo("{\"message\": \"Network error communicating with endpoint\"}");
    }
}
