/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class QuotaLimitTest {
    @ParameterizedTest
    @CsvSource({
        "DAY, 0, 2026-11-22, 2026-11-22, 2026-11-23",
        "DAY, 0, 2028-02-28, 2028-02-28, 2028-02-29",
        "DAY, 0, 2026-12-31, 2026-12-31, 2027-01-01",
        "WEEK, 0, 2026-11-22, 2026-11-22, 2026-11-29", // a Sunday
        "WEEK, 0, 2026-11-21, 2026-11-15, 2026-11-22",
        "WEEK, 1, 2026-11-22, 2026-11-16, 2026-11-23",
        "WEEK, 1, 2026-11-23, 2026-11-23, 2026-11-30",
        "WEEK, 6, 2026-11-22, 2026-11-21, 2026-11-28",
        "WEEK, 3, 2027-01-01, 2026-12-30, 2027-01-06",
        "MONTH, 0, 2026-11-22, 2026-11-01, 2026-12-01",
        "MONTH, 0, 2026-12-31, 2026-12-01, 2027-01-01",
        "MONTH, 0, 2028-02-29, 2028-02-01, 2028-03-01",
        "MONTH, 21, 2026-11-22, 2026-11-22, 2026-12-22",
        "MONTH, 21, 2026-11-21, 2026-10-22, 2026-11-22",
        "MONTH, 27, 2027-02-28, 2027-02-28, 2027-03-28",
        "MONTH, 27, 2028-02-29, 2028-02-28, 2028-03-28",
        "MONTH, 27, 2027-03-01, 2027-02-28, 2027-03-28",
        "MONTH, 27, 2027-01-15, 2026-12-28, 2027-01-28",
    })
    void findsThePeriod(QuotaLimit.Period period, int offset, LocalDate day, LocalDate start, LocalDate next) {
        QuotaLimit limit = new QuotaLimit(1, period, offset);
        assertThat(limit.periodStart(day)).isEqualTo(start);
        assertThat(limit.nextPeriodStart(day)).isEqualTo(next);
    }

    @Test
    void periodsTileTheCalendar() {
        for (QuotaLimit.Period period : QuotaLimit.Period.values()) {
            int maxOffset = switch (period) {
                case DAY -> 0;
                case WEEK -> 6;
                case MONTH -> 27;
            };
            for (int offset = 0; offset <= maxOffset; offset++) {
                QuotaLimit limit = new QuotaLimit(1, period, offset);
                LocalDate start = limit.periodStart(LocalDate.of(2023, 12, 31));
                for (LocalDate day = LocalDate.of(2024, 1, 1); day.getYear() < 2029; day = day.plusDays(1)) {
                    LocalDate next = limit.nextPeriodStart(day.minusDays(1));
                    start = day.equals(next) ? day : start;
                    assertThat(limit.periodStart(day)).as("%s %s", limit, day).isEqualTo(start);
                }
            }
        }
    }

    @Test
    void refusesOffsetsOutsideThePeriod() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new QuotaLimit(1, QuotaLimit.Period.DAY, 1))
                .withMessage("offset: 1 (expected: 0 to 0 in the DAY period)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new QuotaLimit(1, QuotaLimit.Period.WEEK, 7))
                .withMessage("offset: 7 (expected: 0 to 6 in the WEEK period)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new QuotaLimit(1, QuotaLimit.Period.MONTH, -1))
                .withMessage("offset: -1 (expected: 0 to 27 in the MONTH period)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new QuotaLimit(-1, QuotaLimit.Period.DAY, 0))
                .withMessage("limit: -1 (expected: 0 to 1152921504606846976)");
    }
}
