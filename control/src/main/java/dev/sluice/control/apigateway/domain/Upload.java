/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway.domain;

import dev.sluice.gateway.ServerCertificate;
import dev.sluice.wire.ServiceException;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A certificate that a call uploads for a domain, checked. The errors name what is wrong, never the key.
 *
 * @param chain in PEM, the domain's first
 */
record Upload(ServerCertificate certificate, String chain, Instant at) {
    private static final int MAX_CHARS = 65_536;
    private static final int DNS_NAME = 2;

    /** @throws ServiceException BadRequestException naming the member that cannot be used */
    static Upload of(String domain, @Nullable String body, @Nullable String key, @Nullable String chain, Instant now) {
        List<X509Certificate> own = certificates("certificateBody", body);
        if (own.size() != 1) {
            throw unusable("certificateBody", "one certificate; others belong in certificateChain");
        }
        List<X509Certificate> all = new ArrayList<>(own);
        if (chain != null && !chain.isBlank()) {
            all.addAll(certificates("certificateChain", chain));
        }
        checkOrder(all);
        checkUse(domain, own.getFirst(), now);
        String text = chain == null || chain.isBlank() ? body : body + "\n" + chain;
        return new Upload(fitting(all, key(key)), String.valueOf(text), now);
    }

    private static List<X509Certificate> certificates(String member, @Nullable String pem) {
        if (pem == null || pem.isBlank()) {
            throw unusable(member, "a certificate in PEM, sent together with certificatePrivateKey");
        }
        try {
            return CertificateText.certificates(bounded(member, pem));
        } catch (GeneralSecurityException _) {
            throw unusable(member, "certificates in PEM");
        }
    }

    private static PrivateKey key(@Nullable String pem) {
        if (pem == null || pem.isBlank()) {
            throw unusable("certificatePrivateKey", "the private key of certificateBody in PEM");
        }
        try {
            return CertificateText.key(bounded("certificatePrivateKey", pem));
        } catch (GeneralSecurityException _) {
            throw unusable(
                    "certificatePrivateKey",
                    "an EC or RSA key in PEM, not encrypted: \"BEGIN PRIVATE KEY\", or for RSA \"BEGIN RSA PRIVATE KEY\"");
        }
    }

    private static String bounded(String member, String pem) {
        if (pem.length() > MAX_CHARS) {
            throw unusable(member, "at most " + MAX_CHARS + " characters");
        }
        return pem;
    }

    private static void checkOrder(List<X509Certificate> chain) {
        for (int i = 1; i < chain.size(); i++) {
            try {
                chain.get(i - 1).verify(chain.get(i).getPublicKey());
            } catch (GeneralSecurityException _) {
                throw unusable("certificateChain", "each certificate the issuer of the one before it");
            }
        }
    }

    private static void checkUse(String domain, X509Certificate certificate, Instant now) {
        Date at = Date.from(now);
        if (at.before(certificate.getNotBefore()) || at.after(certificate.getNotAfter())) {
            throw unusable(
                    "certificateBody",
                    "a certificate that is valid now; it is from "
                            + certificate.getNotBefore().toInstant() + " to "
                            + certificate.getNotAfter().toInstant());
        }
        List<String> names = names(certificate);
        if (names.stream().noneMatch(name -> covers(name, domain))) {
            throw unusable("certificateBody", "a certificate for " + domain + "; it is for " + names);
        }
    }

    private static List<String> names(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            for (List<?> alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
                if (alternative.get(0) instanceof Integer type && type == DNS_NAME) {
                    names.add(String.valueOf(alternative.get(1)).toLowerCase(Locale.ROOT));
                }
            }
        } catch (CertificateParsingException _) {
            throw unusable("certificateBody", "subject alternative names that can be read");
        }
        return names;
    }

    /** A star stands for one label (RFC 9525). */
    private static boolean covers(String name, String domain) {
        int dot = domain.indexOf('.');
        return name.equals(domain)
                || (name.startsWith("*.") && dot > 0 && name.substring(1).equals(domain.substring(dot)));
    }

    private static ServerCertificate fitting(List<X509Certificate> chain, PrivateKey key) {
        try {
            return new ServerCertificate(chain, key);
        } catch (IllegalArgumentException _) {
            throw unusable("certificatePrivateKey", "the private key of certificateBody");
        }
    }

    private static ServiceException unusable(String member, String expected) {
        return ApiGatewayErrors.BAD_REQUEST.with("Invalid " + member + " specified. Must be " + expected);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "Upload[" + certificate + "]";
    }
}
