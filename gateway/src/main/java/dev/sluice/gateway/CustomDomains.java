/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The custom domains that are served, by name; an exact name wins over one with a star. Immutable. */
public final class CustomDomains {
    public static final CustomDomains NONE = new CustomDomains(Map.of(), Map.of());

    private static final String STAR = "*";

    private final Map<String, CustomDomain> exact;
    /** By what follows the star, from the dot on. */
    private final Map<String, CustomDomain> bySuffix;

    private CustomDomains(Map<String, CustomDomain> exact, Map<String, CustomDomain> bySuffix) {
        this.exact = Map.copyOf(exact);
        this.bySuffix = Map.copyOf(bySuffix);
    }

    /** @param domains no two with the same name */
    public static CustomDomains of(Collection<CustomDomain> domains) {
        Map<String, CustomDomain> exact = new HashMap<>();
        Map<String, CustomDomain> bySuffix = new HashMap<>();
        domains.forEach(domain -> put(exact, bySuffix, domain.name(), domain));
        return new CustomDomains(exact, bySuffix);
    }

    /** With this domain in the place of the one of the same name. */
    public CustomDomains with(CustomDomain domain) {
        return changed(domain.name(), domain);
    }

    public CustomDomains without(String name) {
        return changed(name, null);
    }

    private CustomDomains changed(String name, @Nullable CustomDomain domain) {
        Map<String, CustomDomain> changedExact = new HashMap<>(exact);
        Map<String, CustomDomain> changedBySuffix = new HashMap<>(bySuffix);
        put(changedExact, changedBySuffix, name, domain);
        return new CustomDomains(changedExact, changedBySuffix);
    }

    private static void put(
            Map<String, CustomDomain> exact,
            Map<String, CustomDomain> bySuffix,
            String name,
            @Nullable CustomDomain domain) {
        boolean star = name.startsWith(STAR);
        Map<String, CustomDomain> changed = star ? bySuffix : exact;
        String key = star ? name.substring(STAR.length()) : name;
        if (domain == null) {
            changed.remove(key);
        } else {
            changed.put(key, domain);
        }
    }

    /**
     * The domain of a host, of which one trailing dot does not count. Allocates only where there are names with a star, or a trailing dot.
     *
     * @param host in lower case, without a port
     */
    public Optional<CustomDomain> find(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        CustomDomain found = exact.get(name);
        int dot = name.indexOf('.');
        if (found == null && dot > 0 && !bySuffix.isEmpty()) {
            found = bySuffix.get(name.substring(dot));
        }
        return Optional.ofNullable(found);
    }
}
