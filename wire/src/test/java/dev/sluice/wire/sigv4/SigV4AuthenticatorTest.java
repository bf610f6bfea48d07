/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire.sigv4;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.Authentication;
import dev.sluice.wire.Caller;
import dev.sluice.wire.CommonErrors;
import dev.sluice.wire.Header;
import dev.sluice.wire.ServiceException;
import dev.sluice.wire.WireRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SigV4AuthenticatorTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final Caller CALLER =
            new Caller("123456789012", "AKIATEST", "arn:aws:iam::123456789012:user/administrator", "AIDATEST");
    private static final Map<String, Credential> KEYS = Map.of(
            "AKIATEST", new Credential(CALLER, "secret", null), "ASIATEST", new Credential(CALLER, "secret", "token"));

    private final SigV4Authenticator authenticator =
            new SigV4Authenticator(id -> Optional.ofNullable(KEYS.get(id)), InstantSource.fixed(NOW), "eu-central-1");

    private static WireRequest request(Header... more) {
        List<Header> headers = new ArrayList<>(List.of(new Header("Host", "localhost:4566")));
        headers.addAll(List.of(more));
        return new WireRequest("POST", "/restapis", "a=1", headers, "{}".getBytes(StandardCharsets.UTF_8), "127.0.0.1");
    }

    private static RequestSigner signer(String key, String secret, String region, String service) {
        return new RequestSigner(key, secret, region, service);
    }

    private static RequestSigner signer() {
        return signer("AKIATEST", "secret", "eu-central-1", "apigateway");
    }

    private ServiceException refusal(WireRequest request) {
        Authentication result = authenticator.authenticate(request);
        assertThat(result).isInstanceOf(Authentication.Refused.class);
        return ((Authentication.Refused) result).reason();
    }

    @Test
    void tellsWhoSigned() {
        assertThat(authenticator.authenticate(signer().sign(request(), NOW)))
                .isEqualTo(new Authentication.Verified(CALLER, "apigateway", "eu-central-1"));
    }

    @Test
    void refusesAnUnsignedRequest() {
        ServiceException refusal = refusal(request());
        assertThat(refusal.shape()).isEqualTo(CommonErrors.MISSING_AUTHENTICATION_TOKEN);
        assertThat(refusal.message()).isEqualTo("Missing Authentication Token");
        assertThat(refusal.shape().httpStatus()).isEqualTo(403);
    }

    @Test
    void refusesAnUnknownKey() {
        ServiceException refusal =
                refusal(signer("AKIANOBODY", "secret", "eu-central-1", "sts").sign(request(), NOW));
        assertThat(refusal.shape().name()).isEqualTo("UnrecognizedClientException");
        assertThat(refusal.shape().code()).isEqualTo("InvalidClientTokenId");
        assertThat(refusal.message()).isEqualTo("The security token included in the request is invalid.");
    }

    @Test
    void refusesAWrongSecret() {
        ServiceException refusal =
                refusal(signer("AKIATEST", "Secret", "eu-central-1", "iam").sign(request(), NOW));
        assertThat(refusal.shape().name()).isEqualTo("InvalidSignatureException");
        assertThat(refusal.shape().code()).isEqualTo("SignatureDoesNotMatch");
        assertThat(refusal.message()).startsWith("The request signature we calculated does not match");
    }

    @Test
    void refusesAChangedBodyPathQueryOrMethod() {
        WireRequest signed = signer().sign(request(), NOW);
        List<Header> headers = signed.headers();
        byte[] body = signed.body();
        List<WireRequest> changed = List.of(
                new WireRequest("POST", "/restapis", "a=1", headers, "{ }".getBytes(StandardCharsets.UTF_8), ""),
                new WireRequest("POST", "/restapis/", "a=1", headers, body, ""),
                new WireRequest("POST", "/restapis", "a=2", headers, body, ""),
                new WireRequest("POST", "/restapis", null, headers, body, ""),
                new WireRequest("PUT", "/restapis", "a=1", headers, body, ""));
        for (WireRequest request : changed) {
            assertThat(refusal(request).shape()).isEqualTo(CommonErrors.INVALID_SIGNATURE);
        }
    }

    @Test
    void namesBothRegions() {
        ServiceException refusal =
                refusal(signer("AKIATEST", "secret", "us-west-2", "lambda").sign(request(), NOW));
        assertThat(refusal.message()).contains("'us-west-2'", "'eu-central-1'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"iam", "sts"})
    void takesGlobalServicesInTheirHomeRegion(String service) {
        WireRequest signed = signer("AKIATEST", "secret", "us-east-1", service).sign(request(), NOW);
        assertThat(authenticator.authenticate(signed)).isInstanceOf(Authentication.Verified.class);
    }

    @Test
    void toleratesFiveMinutesOfSkew() {
        for (Duration skew : List.of(Duration.ofMinutes(-5), Duration.ofMinutes(5))) {
            assertThat(authenticator.authenticate(signer().sign(request(), NOW.plus(skew))))
                    .isInstanceOf(Authentication.Verified.class);
        }
        assertThat(refusal(signer().sign(request(), NOW.minusSeconds(301))).message())
                .isEqualTo("Signature expired: 20261122T095459Z is now earlier than 20261122T095500Z"
                        + " (20261122T100000Z - 5 min.)");
        assertThat(refusal(signer().sign(request(), NOW.plusSeconds(301))).message())
                .isEqualTo("Signature not yet current: 20261122T100501Z is still later than 20261122T100500Z"
                        + " (20261122T100000Z + 5 min.)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"})
    void refusesBodiesThatAreNotSigned(String hash) {
        WireRequest signed = signer().sign(request(new Header("X-Amz-Content-Sha256", hash)), NOW);
        assertThat(refusal(signed).message()).contains("expected: the SHA-256 of the body");
    }

    @Test
    void refusesAHashThatIsNotTheBodys() {
        WireRequest signed = signer().sign(request(new Header("X-Amz-Content-Sha256", "00")), NOW);
        assertThat(refusal(signed).message()).contains("is not the SHA-256 of the body");
    }

    @Test
    void refusesASessionTokenOfALongLivedKey() {
        WireRequest signed = signer().sign(request(new Header("X-Amz-Security-Token", "any")), NOW);
        assertThat(refusal(signed).shape()).isEqualTo(CommonErrors.UNRECOGNIZED_CLIENT);
    }

    @Test
    void asksForTheTokenOfATemporaryKey() {
        RequestSigner signer = signer("ASIATEST", "secret", "eu-central-1", "apigateway");
        WireRequest right = signer.sign(request(new Header("X-Amz-Security-Token", "token")), NOW);
        assertThat(authenticator.authenticate(right)).isInstanceOf(Authentication.Verified.class);
        assertThat(refusal(signer.sign(request(), NOW)).shape()).isEqualTo(CommonErrors.UNRECOGNIZED_CLIENT);
    }

    @Test
    void wantsHostAndTargetSigned() {
        WireRequest hostless = new WireRequest("GET", "/", null, List.of(), new byte[0], "");
        WireRequest signed = signer().sign(hostless, NOW);
        List<Header> headers = new ArrayList<>(signed.headers());
        headers.add(new Header("Host", "localhost"));
        assertThat(refusal(RequestSigner.with(signed, headers)).message()).contains("'host' must be");

        WireRequest plain = signer().sign(request(), NOW);
        List<Header> retargeted = new ArrayList<>(plain.headers());
        retargeted.add(new Header("X-Amz-Target", "secretsmanager.DeleteSecret"));
        assertThat(refusal(RequestSigner.with(plain, retargeted)).message()).contains("'x-amz-target' must be");
    }

    @Test
    void refusesASecondValueOfASignedHeader() {
        WireRequest signed = signer().sign(request(new Header("X-Test", "a")), NOW);
        List<Header> headers = new ArrayList<>(signed.headers());
        headers.add(new Header("x-test", "b"));
        assertThat(refusal(RequestSigner.with(signed, headers)).shape()).isEqualTo(CommonErrors.INVALID_SIGNATURE);
    }

    @Test
    void namesAllThatAnAuthorizationHeaderLacks() {
        String message = refusal(request(new Header("Authorization", "AWS4-HMAC-SHA256 Credential=a")))
                .message();
        assertThat(message)
                .contains(
                        "requires 'Signature'", "requires 'SignedHeaders'", "'X-Amz-Date' or a 'Date'", "aws4_request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Bearer x", "AWS4-ECDSA-P256-SHA256 Credential=a", "AWS4-HMAC-SHA256 Signature=a, Signature=b"})
    void refusesOtherAuthorizations(String value) {
        assertThat(refusal(request(new Header("Authorization", value))).shape())
                .isEqualTo(CommonErrors.INCOMPLETE_SIGNATURE);
    }

    @Test
    void refusesTwoAuthorizations() {
        WireRequest signed = signer().sign(request(), NOW);
        List<Header> headers = new ArrayList<>(signed.headers());
        headers.add(headers.getLast());
        assertThat(refusal(RequestSigner.with(signed, headers)).message()).contains("more than one Authorization");
    }

    private static WireRequest presigned(Instant time, @Nullable String expires) {
        String timestamp = time.toString().replaceAll("[-:]", "");
        Scope scope = new Scope(timestamp.substring(0, 8), "eu-central-1", "sts");
        String query = "Action=GetCallerIdentity&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
                + ("AKIATEST/" + scope).replace("/", "%2F") + "&X-Amz-Date=" + timestamp
                + (expires == null ? "" : "&X-Amz-Expires=" + expires) + "&X-Amz-SignedHeaders=host";
        List<Header> headers = List.of(new Header("Host", "localhost"));
        WireRequest unsigned = new WireRequest("GET", "/", query, headers, new byte[0], "");
        String signature = Signature.of("secret", scope, timestamp, CanonicalRequest.of(unsigned, List.of("host")));
        return new WireRequest("GET", "/", query + "&X-Amz-Signature=" + signature, headers, new byte[0], "");
    }

    @Test
    void takesAPresignedUrlForAsLongAsItSays() {
        assertThat(authenticator.authenticate(presigned(NOW.minusSeconds(3_600), "3600")))
                .isInstanceOf(Authentication.Verified.class);
        assertThat(refusal(presigned(NOW.minusSeconds(3_601), "3600")).shape()).isEqualTo(CommonErrors.REQUEST_EXPIRED);
        assertThat(authenticator.authenticate(presigned(NOW.plusSeconds(900), "60")))
                .isInstanceOf(Authentication.Verified.class);
        assertThat(refusal(presigned(NOW.plusSeconds(901), "60")).message()).contains("not yet current");
    }

    @Test
    void wantsAPresignedUrlToSayHowLong() {
        for (String expires : new @Nullable String[] {null, "0", "604801", "soon"}) {
            assertThat(refusal(presigned(NOW, expires)).message()).contains("'X-Amz-Expires' from 1 to 604800");
        }
    }
}
