/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.domain;

import dev.sluice.control.apigateway.Patch;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.DomainName;
import dev.sluice.wire.apigateway.EndpointConfiguration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What UpdateDomainName's patch operations do to a custom domain. Immutable. */
final class DomainPatch {
    private static final String BODY = "/certificateBody";
    private static final String KEY = "/certificatePrivateKey";
    private static final String CHAIN = "/certificateChain";
    private static final String TYPES = "/endpointConfiguration/types";
    private static final List<String> REPLACEABLE = List.of(
            "/certificateName",
            "/certificateArn",
            "/regionalCertificateName",
            "/regionalCertificateArn",
            BODY,
            KEY,
            CHAIN,
            "/endpointConfiguration/types/{type}",
            "/endpointConfiguration/ipAddressType",
            "/securityPolicy",
            "/routingMode");
    private static final Set<String> UNSUPPORTED =
            Set.of("mutualTlsAuthentication", "ownershipVerificationCertificateArn", "policy", "managementPolicy");

    private final List<Patch.Op> ops;
    private final Map<String, String> certificate = new HashMap<>();

    DomainPatch(List<Patch.Op> ops) {
        this.ops = ops;
        for (Patch.Op op : ops) {
            if (isCertificate(op)) {
                onlyReplace(op);
                certificate.put(op.path(), op.text());
            }
        }
    }

    private static boolean isCertificate(Patch.Op op) {
        return op.path().equals(BODY) || op.path().equals(KEY) || op.path().equals(CHAIN);
    }

    /** Whether a certificate is uploaded; then {@link #certificate} tells its parts. */
    boolean uploads() {
        return !certificate.isEmpty();
    }

    @Nullable
    String body() {
        return certificate.get(BODY);
    }

    @Nullable
    String key() {
        return certificate.get(KEY);
    }

    @Nullable
    String chain() {
        return certificate.get(CHAIN);
    }

    /** @param upload what {@link #uploads} tells of, checked */
    DomainDocument apply(DomainDocument domain, Optional<Upload> upload, DomainStore store) {
        DomainDocument changed = domain;
        for (Patch.Op op : ops) {
            if (!isCertificate(op)) {
                changed = apply(changed, op);
            }
        }
        return upload.isPresent() ? store.uploaded(changed, upload.get()) : changed;
    }

    private static DomainDocument apply(DomainDocument domain, Patch.Op op) {
        DomainName.Builder shown = domain.shown().toBuilder();
        List<String> path = op.segments();
        if (UNSUPPORTED.contains(path.getFirst())) {
            throw DomainRules.unsupported("The member '" + path.getFirst() + "' of a domain name is");
        }
        if (op.path().equals(TYPES) || op.path().startsWith(TYPES + "/")) {
            shown.endpointConfiguration(types(domain.shown().endpointConfiguration(), op, path));
            return new DomainDocument(domain.alias(), shown.build(), domain.chain(), domain.sealedKey());
        }
        if (!REPLACEABLE.contains(op.path())) {
            throw Patch.invalidPath(op, REPLACEABLE);
        }
        onlyReplace(op);
        String text = op.text().isEmpty() ? null : op.text();
        boolean keepsUpload = true;
        switch (op.path()) {
            case "/certificateName" -> shown.certificateName(text);
            case "/regionalCertificateName" -> shown.regionalCertificateName(text);
            case "/certificateArn" -> {
                shown.certificateArn(text).certificateName(null).certificateUploadDate(null);
                keepsUpload = false;
            }
            case "/regionalCertificateArn" -> {
                shown.regionalCertificateArn(text).regionalCertificateName(null).certificateUploadDate(null);
                keepsUpload = false;
            }
            case "/securityPolicy" -> shown.securityPolicy(DomainRules.securityPolicy(text));
            case "/routingMode" -> shown.routingMode(DomainRules.routingMode(text));
            default ->
                shown.endpointConfiguration(endpoint(domain.shown().endpointConfiguration()).toBuilder()
                        .ipAddressType(DomainRules.ipAddressType(text))
                        .build());
        }
        return new DomainDocument(
                domain.alias(),
                shown.build(),
                keepsUpload ? domain.chain() : null,
                keepsUpload ? domain.sealedKey() : null);
    }

    /** Adds a type, takes one away, or replaces the one that the path names by its index or its own name; while it moves a domain may have both. */
    private static EndpointConfiguration types(
            @Nullable EndpointConfiguration current, Patch.Op op, List<String> path) {
        EndpointConfiguration endpoint = endpoint(current);
        List<String> types = endpoint.types() == null ? List.of() : endpoint.types();
        Set<String> changed = new LinkedHashSet<>(types);
        String named = path.size() < 3 ? "" : path.get(2);
        switch (op.op()) {
            case "add" -> changed.add(DomainRules.endpointType(op.text()));
            case "remove" -> changed.remove(named.isEmpty() ? op.text() : at(types, named));
            case "replace" -> {
                if (named.isEmpty()) {
                    changed.clear();
                } else {
                    changed.remove(at(types, named));
                }
                changed.add(DomainRules.endpointType(op.text()));
            }
            default -> throw Patch.invalidPath(op, REPLACEABLE);
        }
        if (changed.isEmpty()) {
            throw ApiGatewayErrors.BAD_REQUEST.with(
                    "REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.");
        }
        return endpoint.toBuilder().types(new ArrayList<>(changed)).build();
    }

    private static String at(List<String> types, String named) {
        boolean first = named.equals("0") && !types.isEmpty();
        boolean second = named.equals("1") && types.size() > 1;
        return first ? types.get(0) : second ? types.get(1) : named;
    }

    private static EndpointConfiguration endpoint(@Nullable EndpointConfiguration current) {
        return current == null ? DomainRules.endpoint(null, DomainRules.EDGE) : current;
    }

    /** AWS's own clients send {@code add} for what was not there before. */
    private static void onlyReplace(Patch.Op op) {
        if (!op.op().equals("replace") && !op.op().equals("add")) {
            throw ApiGatewayErrors.BAD_REQUEST.with(
                    "Invalid patch operation specified. Must be one of: [add, replace]");
        }
    }
}
