/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Clients with random arrivals at one shared bucket, with fairness and without, on a clock of its own. */
final class FairShareSimulation {
    private static final double SECOND = 1e9;

    private final TestClock clock = new TestClock(0);
    private final Limiter limiter = Limiter.inMemory(clock);
    private final Bucket[] levels;
    private final @Nullable FairShare fair;
    private final List<Client> clients = new ArrayList<>();
    private final Random random;

    FairShareSimulation(BigDecimal rate, long burst, boolean fairness, long seed) {
        levels = new Bucket[] {Bucket.full(new LiveLimit("stage", new Limit(Rate.perSecond(rate), burst)), clock)};
        fair = fairness ? FairShare.of(levels[0], clock) : null;
        random = new Random(seed);
    }

    /** A client that sends from the beginning to the end, at random moments. */
    Client client(double perSecond, int weight) {
        return client(perSecond, weight, 1, 0);
    }

    /** One that sends for some seconds, then pauses for some, in turn. */
    Client client(double perSecond, int weight, double onSeconds, double offSeconds) {
        Client client = new Client(clients.size(), perSecond, weight, onSeconds, offSeconds);
        clients.add(client);
        return client;
    }

    /** Counts what comes after {@code warmUpSeconds}. */
    void run(double warmUpSeconds, double seconds) {
        record Arrival(long nanos, Client client) {}
        List<Arrival> arrivals = new ArrayList<>();
        for (Client client : clients) {
            double at = 0;
            while (true) {
                at += -Math.log(1 - random.nextDouble()) / client.perSecond;
                if (at >= warmUpSeconds + seconds) {
                    break;
                }
                if (at % (client.onSeconds + client.offSeconds) < client.onSeconds) {
                    arrivals.add(new Arrival((long) (at * SECOND), client));
                }
            }
        }
        arrivals.sort(Comparator.comparingLong(Arrival::nanos));
        for (Arrival arrival : arrivals) {
            clock.advance(arrival.nanos() - clock.nanoTime());
            boolean passed = passes(arrival.client());
            if (arrival.nanos() >= warmUpSeconds * SECOND) {
                arrival.client().count(passed);
            }
        }
    }

    private boolean passes(Client client) {
        long now = clock.nanoTime();
        boolean passed = (fair == null || fair.waitNanos(client.subject, client.weight, now) == 0)
                && Deciding.admit(limiter, levels, 1, null, 1) instanceof Decision.Admitted;
        if (fair != null && passed) {
            fair.admitted(client.subject, client.weight, now);
        } else if (fair != null) {
            fair.refused(client.subject, client.weight, now);
        }
        return passed;
    }

    long admitted() {
        return clients.stream().mapToLong(client -> client.admitted).sum();
    }

    /** Jain's index of what clients got, each over what is fair for it: 1 is fair. */
    static double jain(List<Client> clients, List<Double> fairPerSecond, double seconds) {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < clients.size(); i++) {
            double ratio = clients.get(i).admitted / seconds / fairPerSecond.get(i);
            sum += ratio;
            squares += ratio * ratio;
        }
        return sum * sum / (clients.size() * squares);
    }

    /** Not thread-safe. */
    static final class Client {
        private final int subject;
        private final double perSecond;
        private final int weight;
        private final double onSeconds;
        private final double offSeconds;
        private long offered;
        private long admitted;

        private Client(int subject, double perSecond, int weight, double onSeconds, double offSeconds) {
            this.subject = subject;
            this.perSecond = perSecond;
            this.weight = weight;
            this.onSeconds = onSeconds;
            this.offSeconds = offSeconds;
        }

        private void count(boolean passed) {
            offered++;
            admitted += passed ? 1 : 0;
        }

        long admitted() {
            return admitted;
        }

        double success() {
            return (double) admitted / offered;
        }
    }
}
