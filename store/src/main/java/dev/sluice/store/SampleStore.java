/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** Samples of series over time, in three resolutions. Thread-safe; every call blocks. */
public interface SampleStore {
    /**
     * Adds each sample of a minute to what is there for it; all or nothing, on disk on return. A minute must not be older than minutes are
     * kept, as its hour is then rolled up without the forgotten ones.
     */
    void merge(Collection<Sample> samples);

    /** The samples of a series, in all its units, that start from {@code from} to before {@code to}; oldest first. */
    List<Sample> read(String series, Resolution resolution, Instant from, Instant to);

    /** Every series that has samples. */
    List<Series> series();

    /**
     * Rolls hours and days up that ended by now, those with newly merged samples again, and forgets what is older than its resolution keeps.
     * To be called every few minutes.
     */
    void maintain(Instant now);

    /** @param newest start of the newest minute there ever was */
    record Series(String series, String unit, Instant newest) {}

    /** How long a stretch is and how long its samples are kept. Amazon CloudWatch keeps minutes 15 days and hours 455 days, too. */
    enum Resolution {
        MINUTE(Duration.ofMinutes(1), Duration.ofDays(15)),
        HOUR(Duration.ofHours(1), Duration.ofDays(455)),
        DAY(Duration.ofDays(1), Duration.ofDays(1096));

        private final Duration length;
        private final Duration kept;

        Resolution(Duration length, Duration kept) {
            this.length = length;
            this.kept = kept;
        }

        public Duration length() {
            return length;
        }

        /** Samples that start before this are forgotten; they stand in the next coarser resolution. A whole day. */
        public Instant oldest(Instant now) {
            return DAY.start(now.minus(kept));
        }

        /** Start of the stretch that the instant lies in. */
        public Instant start(Instant instant) {
            long seconds = length.toSeconds();
            return Instant.ofEpochSecond(Math.floorDiv(instant.getEpochSecond(), seconds) * seconds);
        }
    }
}
