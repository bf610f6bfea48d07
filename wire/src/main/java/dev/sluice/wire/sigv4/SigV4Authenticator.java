/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire.sigv4;

import dev.sluice.wire.Authentication;
import dev.sluice.wire.Authenticator;
import dev.sluice.wire.CommonErrors;
import dev.sluice.wire.ServiceException;
import dev.sluice.wire.WireRequest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Verifies signatures of version 4. Thread-safe.
 *
 * <p>A signature in the header is good for five minutes around its time, a presigned URL for as long as it says, from at most
 * fifteen minutes before its time. The region signed for must be the configured one; IAM and STS, which are global in AWS, may
 * also be signed for us-east-1, as clients do.
 */
public final class SigV4Authenticator implements Authenticator {
    private static final Duration SKEW = Duration.ofMinutes(5);
    private static final Duration PRESIGNED_SKEW = Duration.ofMinutes(15);
    private static final Set<String> GLOBAL_SERVICES = Set.of("iam", "sts");
    private static final String GLOBAL_REGION = "us-east-1";
    private static final DateTimeFormatter BASIC =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Credentials credentials;
    private final InstantSource clock;
    private final String region;

    public SigV4Authenticator(Credentials credentials, InstantSource clock, String region) {
        this.credentials = credentials;
        this.clock = clock;
        this.region = region;
    }

    @Override
    public Authentication authenticate(WireRequest request) {
        String service = null;
        try {
            Claim claim = Claim.of(request);
            service = claim.scope().service();
            return verify(request, claim);
        } catch (ServiceException e) {
            return new Authentication.Refused(service, e);
        }
    }

    private Authentication verify(WireRequest request, Claim claim) {
        refuseUnsignedPayload(request);
        checkRegion(claim.scope());
        checkTime(claim);
        checkSignedHeaders(request, claim);
        Credential credential = credentials
                .find(claim.accessKeyId())
                .filter(found -> sameToken(found.sessionToken(), claim.sessionToken()))
                .orElseThrow(() -> CommonErrors.UNRECOGNIZED_CLIENT.with(
                        "The security token included in the request is invalid."));
        String canonical = CanonicalRequest.of(request, claim.signedHeaders());
        String expected = Signature.of(credential.secretAccessKey(), claim.scope(), basic(claim), canonical);
        if (!Signature.equal(expected, claim.signature())) {
            throw CommonErrors.INVALID_SIGNATURE.with(
                    "The request signature we calculated does not match the signature you provided. "
                            + "Check your AWS Secret Access Key and signing method. "
                            + "Consult the service documentation for details.");
        }
        return new Authentication.Verified(
                credential.caller(), claim.scope().service(), claim.scope().region());
    }

    private static boolean sameToken(@Nullable String expected, @Nullable String given) {
        return expected == null ? given == null : given != null && Signature.equal(expected, given);
    }

    private static void refuseUnsignedPayload(WireRequest request) {
        String hash = request.header("X-Amz-Content-Sha256").orElse("");
        boolean streaming = hash.startsWith("STREAMING-");
        if (streaming || hash.equals("UNSIGNED-PAYLOAD")) {
            throw CommonErrors.INVALID_SIGNATURE.with("x-amz-content-sha256: "
                    + (streaming ? "STREAMING-..." : hash)
                    + " (expected: the SHA-256 of the body; no service here takes unsigned or chunk-signed bodies)");
        }
        if (!hash.isEmpty() && !hash.equalsIgnoreCase(Signature.sha256(request.body()))) {
            throw CommonErrors.INVALID_SIGNATURE.with(
                    "The x-amz-content-sha256 header is not the SHA-256 of the body.");
        }
    }

    private void checkRegion(Scope scope) {
        boolean global =
                GLOBAL_SERVICES.contains(scope.service()) && scope.region().equals(GLOBAL_REGION);
        if (!scope.region().equals(region) && !global) {
            throw CommonErrors.INVALID_SIGNATURE.with("Credential should be scoped to a valid region, not '"
                    + scope.region() + "' (this server's region is '" + region + "').");
        }
    }

    private void checkTime(Claim claim) {
        Instant signed = instant(claim.timestamp())
                .orElseThrow(() -> CommonErrors.INCOMPLETE_SIGNATURE.with(
                        "Date must be in ISO-8601 'basic format', such as 20150830T123600Z."));
        String date = BASIC.format(signed).substring(0, 8);
        if (!date.equals(claim.scope().date())) {
            throw CommonErrors.INVALID_SIGNATURE.with(
                    "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '"
                            + claim.scope().date() + "' != '" + date + "', from '" + BASIC.format(signed) + "'.");
        }
        Instant now = clock.instant();
        Duration skew = claim.presigned() ? PRESIGNED_SKEW : SKEW;
        if (signed.isAfter(now.plus(skew))) {
            throw CommonErrors.INVALID_SIGNATURE.with("Signature not yet current: " + BASIC.format(signed)
                    + " is still later than " + BASIC.format(now.plus(skew)) + " (" + BASIC.format(now) + " + "
                    + skew.toMinutes() + " min.)");
        }
        Integer expires = claim.expiresSeconds();
        if (expires != null && now.isAfter(signed.plusSeconds(expires))) {
            throw CommonErrors.REQUEST_EXPIRED.with("Request has expired: it was signed at " + BASIC.format(signed)
                    + " for " + expires + " seconds, and now it is " + BASIC.format(now) + ".");
        }
        if (expires == null && signed.isBefore(now.minus(skew))) {
            throw CommonErrors.INVALID_SIGNATURE.with("Signature expired: " + BASIC.format(signed)
                    + " is now earlier than " + BASIC.format(now.minus(skew)) + " (" + BASIC.format(now) + " - "
                    + skew.toMinutes() + " min.)");
        }
    }

    /** Host, and what else decides over the meaning of a request, must be signed. */
    private static void checkSignedHeaders(WireRequest request, Claim claim) {
        for (String name : Set.of("host", "x-amz-date", "x-amz-target")) {
            boolean needed = name.equals("host") || request.header(name).isPresent();
            if (needed && !claim.signedHeaders().contains(name)) {
                throw CommonErrors.INVALID_SIGNATURE.with(
                        "'" + name + "' must be a 'SignedHeader' in the AWS Authorization.");
            }
        }
    }

    private static String basic(Claim claim) {
        return instant(claim.timestamp()).map(BASIC::format).orElse(claim.timestamp());
    }

    /** Reads {@code 20150830T123600Z}, or the form of the Date header. */
    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(
                    text.endsWith("Z")
                            ? Instant.from(BASIC.parse(text))
                            : ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
