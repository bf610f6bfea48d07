/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import dev.sluice.control.Documents;
import dev.sluice.control.Ids;
import dev.sluice.control.apigateway.ApiGateway;
import dev.sluice.control.apigateway.ApiGatewaySettings;
import dev.sluice.control.apigateway.KeptBuckets;
import dev.sluice.control.apigateway.Limits;
import dev.sluice.control.apigateway.Publisher;
import dev.sluice.control.apigateway.StageListener;
import dev.sluice.control.apigateway.TagTarget;
import dev.sluice.control.apigateway.Throttle;
import dev.sluice.control.apigateway.domain.CertificatePresenter;
import dev.sluice.control.apigateway.domain.DomainControl;
import dev.sluice.control.apigateway.usage.UsageControl;
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
import dev.sluice.functions.Functions;
import dev.sluice.functions.LogSink;
import dev.sluice.functions.Ticker;
import dev.sluice.gateway.Published;
import dev.sluice.limits.Limiter;
import dev.sluice.metrics.Alarms;
import dev.sluice.metrics.Metrics;
import dev.sluice.server.folder.AdministratorKey;
import dev.sluice.server.settings.Settings;
import dev.sluice.store.DataFolder;
import dev.sluice.store.embedded.EmbeddedStore;
import dev.sluice.wire.Authenticator;
import dev.sluice.wire.Caller;
import dev.sluice.wire.Dispatcher;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.apigateway.ApiGatewayOperations;
import dev.sluice.wire.cloudwatch.CloudWatchOperations;
import dev.sluice.wire.iam.IamOperations;
import dev.sluice.wire.lambda.LambdaOperations;
import dev.sluice.wire.secretsmanager.SecretsManagerOperations;
import dev.sluice.wire.sigv4.Credential;
import dev.sluice.wire.sigv4.SigV4Authenticator;
import dev.sluice.wire.sts.StsOperations;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The AWS services over one store, published and ready to be called. */
final class Services {
    private final Dispatcher dispatcher;
    private final Authenticator authenticator;
    private final GatewayMetrics gatewayMetrics;
    private final Functions functions;

    private Services(
            Dispatcher dispatcher, Authenticator authenticator, GatewayMetrics gatewayMetrics, Functions functions) {
        this.dispatcher = dispatcher;
        this.authenticator = authenticator;
        this.gatewayMetrics = gatewayMetrics;
        this.functions = functions;
    }

    /** What all services stand on. */
    record Ground(
            Settings settings,
            DataFolder folder,
            EmbeddedStore store,
            Published published,
            Limiter limiter,
            InstantSource clock,
            SecureRandom random,
            CertificatePresenter certificates) {
        Documents documents() {
            return new Documents(store.records());
        }
    }

    /** Opens each service, adds what has to be closed, and publishes what is stored. */
    static Services open(Ground ground, AdministratorKey administrator, Opened opened) {
        Handlers.Builder handlers = Handlers.builder().translating(StoreFailures::translate);
        new CallerOperations().register(handlers);
        new PasswordOperations(ground.random()).register(handlers);
        Roles roles = Roles.open(ground.store().records());
        new RoleOperations(roles, ground.clock(), ground.random()).register(handlers);

        Metrics metrics = opened.add(Metrics.open(ground.store().samples(), ground.clock()));
        GatewayMetrics gatewayMetrics = new GatewayMetrics(metrics, ground.clock());
        FunctionMetrics functionMetrics = new FunctionMetrics(metrics, ground.clock());
        MergeLoop merging =
                opened.add(MergeLoop.start(ground.clock(), List.of(gatewayMetrics::merge, functionMetrics::merge)));
        new MetricOperations(metrics, ground.clock(), merging::merge).register(handlers);
        new AlarmOperations(opened.add(Alarms.open(ground.store().records(), metrics, ground.clock())))
                .register(handlers);

        Functions functions = opened.add(functions(ground, functionMetrics));
        FunctionIntegrations integrations = lambda(ground, functions, roles, handlers, opened);
        apigateway(ground, integrations, handlers, opened);

        Authenticator authenticator = authenticator(ground, administrator);
        Dispatcher dispatcher = new Dispatcher(
                List.of(
                        ApiGatewayOperations.model(),
                        LambdaOperations.model(),
                        CloudWatchOperations.model(),
                        IamOperations.model(),
                        StsOperations.model(),
                        SecretsManagerOperations.model()),
                handlers.build(),
                authenticator);
        return new Services(dispatcher, authenticator, gatewayMetrics, functions);
    }

    private static Functions functions(Ground ground, FunctionMetrics metrics) {
        return Functions.open(
                FunctionOptions.of(ground.settings().functions()),
                ground.folder().resolve("functions"),
                FunctionStore.codeSource(ground.folder().blobs()),
                metrics,
                LogSink.NONE,
                ground.clock(),
                Ticker.SYSTEM);
    }

    private static FunctionIntegrations lambda(
            Ground ground, Functions functions, Roles roles, Handlers.Builder handlers, Opened opened) {
        Ids ids = new Ids(ground.random());
        FunctionStore store = FunctionStore.open(
                ground.store().records(),
                ground.folder().blobs(),
                ground.store().vault(),
                functions);
        new FunctionOperations(store, functions.runtimes(), ground.clock(), ids).register(handlers);
        new PermissionOperations(store, ids).register(handlers);
        new InvokeOperation(store, functions).register(handlers);
        return opened.add(new FunctionIntegrations(
                functions, store.live(), roles, Ticker.SYSTEM, ground.settings().strictAws()));
    }

    private static void apigateway(
            Ground ground, FunctionIntegrations integrations, Handlers.Builder handlers, Opened opened) {
        Settings settings = ground.settings();
        Settings.Limits limits = settings.limits();
        boolean fullAfterCrash = limits.afterCrash() == Settings.AfterCrash.FULL;
        ApiGatewaySettings options = new ApiGatewaySettings(
                settings.account(),
                settings.region(),
                settings.strictAws(),
                new Throttle(limits.accountRate().doubleValue(), Math.toIntExact(limits.accountBurst())),
                Math.toIntExact(settings.gateway().maxIntegration().toMillis()));
        Documents documents = ground.documents();
        Ids ids = new Ids(ground.random());
        Path bucketFile = ground.folder().resolve("buckets");
        KeptBuckets kept = KeptBuckets.open(bucketFile, ground.clock().instant());
        Limits live = new Limits(ground.limiter().clock(), fullAfterCrash, kept);
        Publisher publisher = new Publisher(documents, ground.published(), live, integrations, options);
        UsageControl usage = opened.add(new UsageControl(new UsageControl.Parts(
                documents,
                ground.store().vault(),
                ids,
                ground.published(),
                ground.clock(),
                settings.account(),
                settings.region(),
                settings.strictAws(),
                fullAfterCrash,
                kept)));
        usage.register(handlers);
        DomainControl domains = new DomainControl(
                documents,
                ground.store().vault(),
                ids,
                ground.clock(),
                ground.published(),
                options,
                ground.certificates());
        domains.register(handlers);
        List<TagTarget> tagTargets = new ArrayList<>(usage.tagTargets());
        tagTargets.add(DomainControl.tagTarget());
        StageListener listener = StageListener.all(List.of(DomainControl.stageListener(), usage.stageListener()));
        new ApiGateway(documents, ids, ground.clock(), publisher, options, listener, tagTargets).register(handlers);
        publisher.publishAll();
        domains.load();
        usage.load();
        kept.delete();
        opened.add(() -> KeptBuckets.write(bucketFile, ground.clock().instant(), live::writeTo, usage::writeTo));
    }

    private static Authenticator authenticator(Ground ground, AdministratorKey administrator) {
        Settings settings = ground.settings();
        Caller caller = new Caller(
                settings.account(),
                administrator.accessKeyId(),
                "arn:aws:iam::" + settings.account() + ":user/administrator",
                "AIDA" + administrator.accessKeyId().substring("AKIA".length()));
        Credential credential = new Credential(caller, administrator.secretAccessKey(), null);
        return new SigV4Authenticator(
                id -> id.equals(administrator.accessKeyId()) ? Optional.of(credential) : Optional.empty(),
                ground.clock(),
                settings.region());
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    /** Of all calls of the admin plane, those that are not AWS's as well. */
    Authenticator authenticator() {
        return authenticator;
    }

    GatewayMetrics gatewayMetrics() {
        return gatewayMetrics;
    }

    /** How functions are kept apart. */
    String isolation() {
        return functions.isolation().report();
    }
}
