/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control;

import dev.sluice.control.cloudwatch.AlarmOperations;
import dev.sluice.control.cloudwatch.FunctionMetrics;
import dev.sluice.control.cloudwatch.GatewayMetrics;
import dev.sluice.control.cloudwatch.MergeLoop;
import dev.sluice.control.cloudwatch.MetricOperations;
import dev.sluice.control.iam.RoleOperations;
import dev.sluice.control.iam.Roles;
import dev.sluice.control.integration.FunctionIntegrations;
import dev.sluice.control.lambda.FunctionOperations;
import dev.sluice.control.lambda.FunctionStore;
import dev.sluice.control.lambda.InvokeOperation;
import dev.sluice.control.lambda.PermissionOperations;
import dev.sluice.control.secretsmanager.PasswordOperations;
import dev.sluice.control.sts.CallerOperations;
import dev.sluice.functions.FunctionSettings;
import dev.sluice.functions.Functions;
import dev.sluice.functions.LogSink;
import dev.sluice.functions.Ticker;
import dev.sluice.metrics.Alarms;
import dev.sluice.metrics.Metrics;
import dev.sluice.store.DataFolder;
import dev.sluice.store.embedded.EmbeddedStore;
import dev.sluice.wire.Authentication;
import dev.sluice.wire.Caller;
import dev.sluice.wire.Dispatcher;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.Header;
import dev.sluice.wire.WireRequest;
import dev.sluice.wire.WireResponse;
import dev.sluice.wire.cloudwatch.CloudWatchOperations;
import dev.sluice.wire.iam.IamOperations;
import dev.sluice.wire.lambda.LambdaOperations;
import dev.sluice.wire.secretsmanager.SecretsManagerOperations;
import dev.sluice.wire.sts.StsOperations;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * The operations of all services but API Gateway, over a real store and real functions, called as a client calls them. The clock stands at
 * {@link #now} unless a test moves it; functions go by the real one.
 */
public final class Services implements AutoCloseable {
    public static final String ACCOUNT = "123456789012";
    public static final String REGION = "us-east-1";
    public static final String TRUST = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
            + "\"Principal\":{\"Service\":\"lambda.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    public volatile Instant now = Instant.parse("2026-11-22T12:00:00Z");
    public final EmbeddedStore store;
    public final DataFolder folder;
    public final Metrics metrics;
    public final Alarms alarms;
    public final GatewayMetrics gatewayMetrics;
    public final Functions functions;
    public final FunctionStore functionStore;
    public final Roles roles;
    public final FunctionIntegrations integrations;
    private final MergeLoop mergeLoop;
    private final Handlers handlers;

    public Services(Path path) {
        this(path, false);
    }

    public Services(Path path, boolean strictAws) {
        SecureRandom random = new SecureRandom();
        folder = DataFolder.open(path);
        store = EmbeddedStore.open(folder, null, "test");
        metrics = Metrics.open(store.samples(), () -> now);
        alarms = Alarms.open(store.records(), metrics, () -> now);
        gatewayMetrics = new GatewayMetrics(metrics, () -> now);
        FunctionMetrics functionMetrics = new FunctionMetrics(metrics, () -> now);
        mergeLoop = MergeLoop.start(() -> now, List.of(gatewayMetrics::merge, functionMetrics::merge));
        functions = Functions.open(
                FunctionSettings.defaults(),
                folder.resolve("functions"),
                FunctionStore.codeSource(folder.blobs()),
                functionMetrics,
                LogSink.NONE,
                InstantSource.system(),
                Ticker.SYSTEM);
        functionStore = FunctionStore.open(store.records(), folder.blobs(), store.vault(), functions);
        roles = Roles.open(store.records());
        integrations = new FunctionIntegrations(functions, functionStore.live(), roles, Ticker.SYSTEM, strictAws);
        Handlers.Builder builder = Handlers.builder();
        new FunctionOperations(functionStore, functions.runtimes(), () -> now, new Ids(random)).register(builder);
        new PermissionOperations(functionStore, new Ids(random)).register(builder);
        new InvokeOperation(functionStore, functions).register(builder);
        new RoleOperations(roles, () -> now, random).register(builder);
        new CallerOperations().register(builder);
        new PasswordOperations(random).register(builder);
        new MetricOperations(metrics, () -> now, mergeLoop::merge).register(builder);
        new AlarmOperations(alarms).register(builder);
        handlers = builder.build();
    }

    /** An answer; {@code json} is missing where the body is none. */
    public record Answer(int status, String error, JsonNode json, WireResponse raw) {
        public String text() {
            return new String(raw.body(), StandardCharsets.UTF_8);
        }

        public String message() {
            return json.path("message").asString(json.path("Message").asString(""));
        }
    }

    /** A Lambda call; the body has single quotes for double ones. */
    public Answer lambda(String method, String path, String body) {
        return lambda(method, path, body.replace('\'', '"').getBytes(StandardCharsets.UTF_8), List.of());
    }

    public Answer lambda(String method, String path, byte[] body, List<Header> headers) {
        List<Header> all = new ArrayList<>(headers);
        all.add(new Header("Content-Type", "application/json"));
        return send("lambda", method, "/2015-03-31/functions" + path, body, all);
    }

    /** A call in the query protocol; names and values in turn. */
    public Answer query(String service, String version, String action, String... parameters) {
        StringBuilder form = new StringBuilder("Action=" + action + "&Version=" + version);
        for (int i = 0; i < parameters.length; i += 2) {
            form.append('&')
                    .append(parameters[i])
                    .append('=')
                    .append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
        }
        return send(
                service,
                "POST",
                "/",
                form.toString().getBytes(StandardCharsets.UTF_8),
                List.of(new Header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")));
    }

    public Answer iam(String action, String... parameters) {
        return query("iam", "2010-05-08", action, parameters);
    }

    /** A CloudWatch call in JSON; the body has single quotes for double ones. */
    public Answer cloudwatch(String action, String body) {
        return json("monitoring", "GraniteServiceVersion20100801." + action, "1.0", body);
    }

    public Answer json(String service, String target, String version, String body) {
        return send(
                service,
                "POST",
                "/",
                body.replace('\'', '"').getBytes(StandardCharsets.UTF_8),
                List.of(
                        new Header("Content-Type", "application/x-amz-json-" + version),
                        new Header("X-Amz-Target", target)));
    }

    private Answer send(String service, String method, String target, byte[] body, List<Header> headers) {
        Caller caller =
                new Caller(ACCOUNT, "AKIAAAAAAAAAAAAAAAAA", "arn:aws:iam::" + ACCOUNT + ":user/administrator", "AIDA2");
        Dispatcher dispatcher = new Dispatcher(
                List.of(
                        LambdaOperations.model(),
                        IamOperations.model(),
                        StsOperations.model(),
                        SecretsManagerOperations.model(),
                        CloudWatchOperations.model()),
                handlers,
                _ -> new Authentication.Verified(caller, service, REGION));
        int mark = target.indexOf('?');
        WireResponse response = dispatcher.dispatch(new WireRequest(
                method,
                mark < 0 ? target : target.substring(0, mark),
                mark < 0 ? null : target.substring(mark + 1),
                headers,
                body,
                "127.0.0.1"));
        boolean isJson = response.body().length > 0 && response.body()[0] == '{';
        return new Answer(
                response.status(),
                response.header("x-amzn-ErrorType").orElse(""),
                isJson ? JSON.readTree(response.body()) : MissingNode.getInstance(),
                response);
    }

    /** Makes a role that Lambda may assume; its ARN. */
    public String role(String name) {
        iam("CreateRole", "RoleName", name, "AssumeRolePolicyDocument", TRUST);
        return "arn:aws:iam::" + ACCOUNT + ":role/" + name;
    }

    /** Makes a function of one Python file, {@code handler.handle}. */
    public Answer createFunction(String name, String source, String more) {
        return lambda(
                "POST",
                "",
                "{'FunctionName':'" + name + "','Runtime':'python3.13','Role':'" + role("role-of-" + name)
                        + "','Handler':'handler.handle','Timeout':20,'Code':{'ZipFile':'" + base64Zip(source) + "'}"
                        + more + "}");
    }

    public static String base64Zip(String source) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("handler.py"));
            zip.write(source.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    @Override
    public void close() {
        integrations.close();
        functions.close();
        mergeLoop.close();
        alarms.close();
        metrics.close();
        store.close();
        folder.close();
    }
}
