/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import dev.sluice.gateway.Published;
import dev.sluice.gateway.accesslog.AccessLog;
import dev.sluice.gateway.explain.RefusalLog;
import dev.sluice.gateway.netty.Gateway;
import dev.sluice.gateway.netty.ListenException;
import dev.sluice.gateway.netty.TlsWarmUp;
import dev.sluice.limits.Limiter;
import dev.sluice.limits.NanoClock;
import dev.sluice.limits.Quotas;
import dev.sluice.server.admin.AdminHandler;
import dev.sluice.server.admin.AdminRoutes;
import dev.sluice.server.admin.AdminServer;
import dev.sluice.server.folder.AdministratorKey;
import dev.sluice.server.folder.CredentialsFile;
import dev.sluice.server.settings.Settings;
import dev.sluice.server.settings.Settings.Listener;
import dev.sluice.server.tls.CertificateFiles;
import dev.sluice.server.tls.PresentedCertificates;
import dev.sluice.server.tls.TlsMaterial;
import dev.sluice.store.DataFolder;
import dev.sluice.store.MasterKey;
import dev.sluice.store.StoreException;
import dev.sluice.store.embedded.EmbeddedStore;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Constructs every part with {@code new}, in order, and closes them in reverse: folder, store, then the parts of {@link Services}, then the
 * two listeners. The admin plane listens last and stops first, so that nothing is changed while the data plane is not there.
 */
final class Wiring implements RunningServer {
    private final Opened opened;
    private final AdminServer admin;
    private final Gateway gateway;
    private final String httpHost;
    private final String httpsHost;

    private Wiring(Opened opened, AdminServer admin, Gateway gateway, Settings settings) {
        this.opened = opened;
        this.admin = admin;
        this.gateway = gateway;
        this.httpHost = settings.http().host();
        this.httpsHost = settings.https().host();
    }

    /** @throws IOException with the one line for the operator; then nothing is left open */
    static Wiring start(Settings settings, Identity identity, InstantSource clock) throws IOException {
        Opened opened = new Opened();
        try {
            return start(settings, identity, clock, opened);
        } catch (StoreException | ListenException | IllegalArgumentException | IllegalStateException e) {
            opened.close();
            throw new IOException(e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private static Wiring start(Settings settings, Identity identity, InstantSource clock, Opened opened)
            throws IOException {
        opened.add(Meanwhile.start("sluice-tls-warm-up", TlsWarmUp::run));
        SecureRandom random = new SecureRandom();
        DataFolder folder = opened.add(DataFolder.open(settings.dataDir()));
        EmbeddedStore store = opened.add(EmbeddedStore.open(folder, masterKey(settings), Version.CURRENT));
        AdministratorKey administrator =
                AdministratorKey.loadOrMake(new AdministratorKeeper(store.records(), store.vault()), random);
        Meanwhile material = opened.add(Meanwhile.start(
                "sluice-certificates", () -> TlsMaterial.open(settings.dataDir(), settings.region(), clock)));

        Limiter limiter = Limiter.inMemory(NanoClock.SYSTEM);
        Published published = new Published(limiter.clock(), new Quotas(store.quotas(), clock));
        PresentedCertificates certificates = new PresentedCertificates();
        Services services = Services.open(
                new Services.Ground(settings, folder, store, published, limiter, clock, random, certificates),
                administrator,
                opened);
        Sweeper sweeper = opened.add(Sweeper.start(published.buckets(), published.quotas()));
        material.await();
        CertificateFiles files = CertificateFiles.open(
                TlsMaterial.pairIn(settings.dataDir()), settings.tls().certificates());
        RefusalLog refusals = RefusalLog.keeping(settings.gateway().explainRefusals());
        RequestCounters counters = new RequestCounters();
        AccessLog accessLog = opened.add(accessLog(settings.accessLog(), folder));
        Health health = new Health(identity, Map.of("functions", services::isolation));
        AdminHandler own = new RefusalRoutes(refusals, services.authenticator());
        AdminHandler aws = new AwsRoutes(services.dispatcher());
        AtomicReference<@Nullable Gateway> started = new AtomicReference<>();
        AdminServer admin = AdminServer.start(
                address(settings.admin()),
                new AdminRoutes(
                        health, new PrometheusText(counters, accessLog::counts, () -> held(started), clock), own, aws),
                clock,
                settings.gateway().drain());
        try {
            Gateway gateway = opened.add(Gateway.start(
                    GatewayOptions.of(
                            settings, admin.address().getPort(), certificates.startingWith(files.certificates())),
                    published,
                    limiter,
                    refusals,
                    end -> {
                        counters.ended(end);
                        services.gatewayMetrics().ended(end);
                        accessLog.ended(end);
                    },
                    clock));
            started.set(gateway);
            certificates.startedWith(gateway::present, gateway::check);
            sweeper.each(settings.tls().reload(), "certificates", () -> files.reload(certificates::presentFiles));
            CredentialsFile.write(settings.dataDir(), new CredentialsFile.Profile(administrator, settings.region()));
            return new Wiring(opened, admin, gateway, settings);
        } catch (IOException | RuntimeException e) {
            admin.close();
            throw e;
        }
    }

    private static PrometheusText.Held held(AtomicReference<@Nullable Gateway> started) {
        Gateway gateway = started.get();
        return gateway == null
                ? new PrometheusText.Held(0, 0, 0, 0)
                : new PrometheusText.Held(
                        gateway.connections(),
                        gateway.refusedConnections(),
                        gateway.gatheredBytes(),
                        gateway.refusedGatherings());
    }

    /** Closed after the gateway, so that it has the last requests, too. */
    private static AccessLog accessLog(Settings.AccessLog settings, DataFolder folder) {
        AccessLog.Bounds bounds = new AccessLog.Bounds(
                settings.maxFileMegabytes() * 1_048_576L, settings.keepFiles(), settings.bufferKilobytes() * 1024);
        return AccessLog.open(folder.resolve("logs").resolve("access"), bounds, NanoClock.SYSTEM);
    }

    private static @Nullable MasterKey masterKey(Settings settings) {
        return settings.masterKey().map(key -> MasterKey.of(key.bytes())).orElse(null);
    }

    private static InetSocketAddress address(Listener listener) {
        return new InetSocketAddress(listener.host(), listener.port());
    }

    @Override
    public URI admin() {
        return RunningServer.url("http", admin.address());
    }

    @Override
    public URI http() {
        return RunningServer.url("http", new InetSocketAddress(httpHost, gateway.httpPort()));
    }

    @Override
    public URI https() {
        return RunningServer.url(
                "https", new InetSocketAddress(httpsHost, gateway.httpsPort().orElseThrow()));
    }

    /** The admin plane first, so that nothing changes; then the gateway drains; then what it used is closed. */
    @Override
    public void close() {
        admin.close();
        opened.close();
    }
}
