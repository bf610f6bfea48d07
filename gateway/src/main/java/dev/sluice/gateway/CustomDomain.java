/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A host name whose paths lead to stages. Immutable.
 *
 * @param name in lower case; {@code *.example.com} stands for any one label in the place of the star
 * @param basePaths no two with the same text; kept longest first
 */
public record CustomDomain(String name, List<BasePath> basePaths) {
    private static final Comparator<BasePath> LONGEST_FIRST = Comparator.<BasePath>comparingInt(
                    basePath -> basePath.text().length())
            .reversed();

    public CustomDomain {
        basePaths = basePaths.stream().sorted(LONGEST_FIRST).toList();
    }

    /** The longest of the base paths that a canonical path is below. */
    public Optional<BasePath> match(String path) {
        for (BasePath basePath : basePaths) {
            if (basePath.matches(path)) {
                return Optional.of(basePath);
            }
        }
        return Optional.empty();
    }
}
