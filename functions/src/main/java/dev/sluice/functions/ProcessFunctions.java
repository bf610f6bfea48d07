/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link Functions} with processes of this host. Owns all parts; closes them in reverse. */
final class ProcessFunctions implements Functions {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessFunctions.class);

    private final FunctionSettings settings;
    private final FunctionListener listener;
    private final Ticker ticker;
    private final Spawner spawner;
    private final Isolation isolation;
    private final RuntimeCatalog runtimes;
    private final RunFolder folders;
    private final Watch watch;
    private final @Nullable EnvironmentStarter starter;
    private final Invocation invocation;
    private final Budget budget;
    private final ExecutorService background = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("sluice-functions-", 0).factory());
    /** More starts at once would only slow each other down. */
    private final Semaphore startPermits =
            new Semaphore(2 * Runtime.getRuntime().availableProcessors());

    private final Map<PoolKey, Pool> pools = new ConcurrentHashMap<>();
    private final PoolHost host = new PoolHost();
    private volatile boolean closed;

    private record PoolKey(String arn, String version, String revision) {}

    ProcessFunctions(
            FunctionSettings settings,
            Path folder,
            CodeSource codeSource,
            FunctionListener listener,
            LogSink logs,
            InstantSource clock,
            Ticker ticker) {
        this.settings = settings;
        this.listener = listener;
        this.ticker = ticker;
        this.spawner = new Spawner();
        try {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            boolean root = (Integer) Files.getAttribute(folder, "unix:uid") == 0;
            UserIds users = UserIds.of(ProcessHandle.current().pid());
            var outcome = new IsolationProbe(settings, spawner, root, users).choose(folder);
            this.isolation = outcome.isolation();
            Launcher launcher = outcome.launcher();
            this.runtimes = RuntimeCatalog.probe(
                    settings,
                    new InterpreterProbe(spawner),
                    InterpreterProbe.candidates(
                            System.getenv().getOrDefault("PATH", ""), Path.of(System.getProperty("user.home"))),
                    interpreter -> launcher == null || launcher.canRun(interpreter));
            this.folders = RunFolder.open(folder.resolve("running"), this::killUser);
            Path code = isolation.level() == Isolation.Level.UNPRIVILEGED ? folders.code() : folder.resolve("code");
            this.watch = new Watch(ticker, this::expire);
            this.starter = launcher == null
                    ? null
                    : new EnvironmentStarter(
                            settings,
                            runtimes,
                            new CodeFolder(emptied(code), codeSource),
                            folders,
                            launcher,
                            spawner,
                            watch,
                            logs,
                            clock,
                            ticker);
        } catch (IOException e) {
            spawner.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            spawner.close();
            throw e;
        }
        this.budget = new Budget(Math.min(settings.maxEnvironments(), UserIds.BLOCK), memoryBudget(settings));
        this.invocation = new Invocation(clock, ticker, logs != LogSink.NONE);
        watch.start();
        report();
    }

    @Override
    public InvokeResult invoke(FunctionSpec spec, byte[] event, InvokeContext context) {
        InvokeResult result;
        int running = 1;
        if (closed) {
            result = new InvokeResult.Rejected(InvokeResult.Reason.STOPPING, "The server is stopping");
        } else if (starter == null) {
            result = new InvokeResult.Rejected(InvokeResult.Reason.HOST, isolation.report());
        } else if (event.length > MAX_PAYLOAD_BYTES) {
            result = new InvokeResult.Rejected(
                    InvokeResult.Reason.PAYLOAD_TOO_LARGE,
                    "Request must be smaller than " + MAX_PAYLOAD_BYTES + " bytes for the InvokeFunction operation");
        } else {
            Pool pool = pool(spec);
            long deadline = ticker.nanoTime() + context.maxWait().toNanos();
            switch (pool.acquire(deadline)) {
                case Pool.Grant.Held(Environment environment, int busy) -> {
                    running = busy;
                    try {
                        result = invocation.run(environment, event, context);
                    } finally {
                        pool.release(environment);
                    }
                }
                case Pool.Grant.Failed(StartResult.Failure failure) ->
                    result = invocation.failedStart(spec, failure, context, settings.initTimeout());
                case Pool.Grant.Throttled(String message) ->
                    result = closed
                            ? new InvokeResult.Rejected(InvokeResult.Reason.STOPPING, "The server is stopping")
                            : new InvokeResult.Rejected(InvokeResult.Reason.CONCURRENCY, message);
            }
        }
        listener.ended(spec, result, running);
        return result;
    }

    @Override
    public void retire(String arn) {
        pools.forEach((key, pool) -> {
            if (key.arn.equals(arn) && pools.remove(key, pool)) {
                pool.retire();
            }
        });
    }

    @Override
    public RuntimeCatalog runtimes() {
        return runtimes;
    }

    @Override
    public Isolation isolation() {
        return isolation;
    }

    @Override
    public void close() {
        closed = true;
        watch.all().forEach(environment -> environment.end(Environment.End.STOPPED));
        pools.values().forEach(Pool::retire);
        background.close();
        watch.all().forEach(host::disposeNow);
        watch.close();
        folders.close();
        spawner.close();
    }

    private Pool pool(FunctionSpec spec) {
        PoolKey key = new PoolKey(spec.arn(), spec.version(), spec.revision());
        Pool pool = pools.get(key);
        return pool != null
                ? pool
                : pools.computeIfAbsent(key, _ -> new Pool(spec, host, budget, ticker, settings.maxWaiting()));
    }

    private void report() {
        if (isolation.level() == Isolation.Level.SANDBOX) {
            LOG.info("{}", isolation.report());
        } else {
            LOG.warn("{}", isolation.report());
        }
        Thread.ofVirtual().start(() -> LOG.info("functions: runtimes {}", runtimes.installed()));
    }

    private void expire() {
        long before = ticker.nanoTime() - settings.idleExpiry().toNanos();
        pools.forEach((key, pool) -> {
            if (pool.expire(before) && pools.remove(key, pool)) {
                pool.retire();
            }
        });
    }

    private void killUser(int userId) {
        IsolationProbe.program("setpriv")
                .ifPresent(setpriv -> new OwnUserLauncher(setpriv, new UserIds(userId), spawner).killAllOf(userId));
    }

    private static Path emptied(Path folder) throws IOException {
        CodeFolder.delete(folder);
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        return folder;
    }

    private static long memoryBudget(FunctionSettings settings) throws IllegalStateException {
        if (settings.memoryBudgetMegabytes() > 0) {
            return settings.memoryBudgetMegabytes();
        }
        var system = java.lang.management.ManagementFactory.getOperatingSystemMXBean();
        return system instanceof com.sun.management.OperatingSystemMXBean host
                ? (host.getTotalMemorySize() >> 20) / 2
                : Long.MAX_VALUE;
    }

    private final class PoolHost implements Pool.PoolHost {
        @Override
        public void startFor(Pool pool, int slot) {
            try {
                background.execute(() -> {
                    startPermits.acquireUninterruptibly();
                    try {
                        start(pool, slot);
                    } finally {
                        startPermits.release();
                    }
                });
            } catch (RejectedExecutionException e) {
                pool.started(
                        new StartResult.Failure.Refused(InvokeResult.Reason.STOPPING, "The server is stopping"), slot);
            }
        }

        private void start(Pool pool, int slot) {
            EnvironmentStarter parts = starter;
            if (parts == null || closed || !pool.confirmStart()) {
                giveBack(slot, pool.spec.memoryMegabytes());
                return;
            }
            pool.started(parts.start(pool.spec, slot), slot);
        }

        @Override
        public void dispose(Environment environment) {
            try {
                background.execute(() -> disposeNow(environment));
            } catch (RejectedExecutionException e) {
                disposeNow(environment);
            }
        }

        private void disposeNow(Environment environment) {
            EnvironmentStarter parts = starter;
            if (parts != null && parts.dispose(environment)) {
                giveBack(environment.slot, environment.spec.memoryMegabytes());
            }
        }

        @Override
        public void giveBack(int slot, int megabytes) {
            budget.giveBack(slot, megabytes).forEach(Pool::startAsNeeded);
        }

        @Override
        public void evictOne() {
            pools.values().stream()
                    .min(Comparator.comparingLong(Pool::oldestIdle))
                    .ifPresent(Pool::evict);
        }
    }
}
