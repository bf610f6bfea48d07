/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire.sigv4;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.Authentication;
import dev.sluice.wire.Caller;
import dev.sluice.wire.Header;
import dev.sluice.wire.WireRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases of AWS's published Signature Version 4 test suite that an HTTP server can receive. */
class SigV4TestSuiteTest {
    private static final String UNRESERVED = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final Credential EXAMPLE = new Credential(
            new Caller("123456789012", "AKIDEXAMPLE", "arn:aws:iam::123456789012:user/example", "AIDAEXAMPLE"),
            "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            null);

    record Case(
            String name,
            String method,
            String path,
            @Nullable String query,
            List<Header> headers,
            String body,
            String signature) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        String vanilla = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
        return Stream.of(
                get("get-vanilla", "/", null, vanilla),
                get(
                        "get-vanilla-query-order-key-case",
                        "/",
                        "Param2=value2&Param1=value1",
                        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
                get(
                        "get-vanilla-empty-query-key",
                        "/",
                        "Param1=value1",
                        "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"),
                get(
                        "get-vanilla-query-order-value",
                        "/",
                        "Param1=value2&Param1=value1",
                        "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694"),
                get(
                        "get-vanilla-query-unreserved",
                        "/",
                        UNRESERVED + "=" + UNRESERVED,
                        "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"),
                get(
                        "get-vanilla-utf8-query",
                        "/",
                        "%E1%88%B4=bar",
                        "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"),
                get(
                        "get-unreserved",
                        "/" + UNRESERVED,
                        null,
                        "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"),
                get("get-utf8", "/\u1234", null, "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
                get("get-relative", "/example/..", null, vanilla),
                get("get-relative-relative", "/example1/example2/../..", null, vanilla),
                get("get-slash", "//", null, vanilla),
                get("get-slash-dot-slash", "/./", null, vanilla),
                get(
                        "get-slash-pointless-dot",
                        "/./example",
                        null,
                        "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"),
                get(
                        "get-slashes",
                        "//example//",
                        null,
                        "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"),
                get(
                        "get-space",
                        "/example space/",
                        null,
                        "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"),
                headers(
                        "get-header-key-duplicate",
                        "GET",
                        List.of("My-Header1: value2", "My-Header1: value2", "My-Header1: value1"),
                        "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"),
                headers(
                        "get-header-value-order",
                        "GET",
                        List.of("My-Header1: value4", "My-Header1: value1", "My-Header1: value3", "My-Header1: value2"),
                        "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"),
                headers(
                        "get-header-value-trim",
                        "GET",
                        List.of("My-Header1:  value1", "My-Header2:  \"a   b   c\""),
                        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"),
                headers(
                        "post-header-key-sort",
                        "POST",
                        List.of("My-Header1: value1"),
                        "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"),
                headers(
                        "post-header-value-case",
                        "POST",
                        List.of("My-Header1: VALUE1"),
                        "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"),
                new Case(
                        "post-vanilla",
                        "POST",
                        "/",
                        null,
                        List.of(),
                        "",
                        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
                new Case(
                        "post-vanilla-query",
                        "POST",
                        "/",
                        "Param1=value1",
                        List.of(),
                        "",
                        "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"),
                new Case(
                        "post-x-www-form-urlencoded",
                        "POST",
                        "/",
                        null,
                        List.of(new Header("Content-Type", "application/x-www-form-urlencoded")),
                        "Param1=value1",
                        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"));
    }

    private static Case get(String name, String path, @Nullable String query, String signature) {
        return new Case(name, "GET", path, query, List.of(), "", signature);
    }

    private static Case headers(String name, String method, List<String> lines, String signature) {
        List<Header> headers = lines.stream()
                .map(line -> new Header(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1)))
                .toList();
        return new Case(name, method, "/", null, headers, "", signature);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void acceptsThePublishedSignature(Case published) {
        assertThat(authenticate(published, published.signature())).isInstanceOf(Authentication.Verified.class);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void refusesAnotherSignature(Case published) {
        String other = "f0".repeat(32);
        assertThat(authenticate(published, other)).isInstanceOf(Authentication.Refused.class);
    }

    private static Authentication authenticate(Case published, String signature) {
        List<Header> headers = new ArrayList<>();
        headers.add(new Header("Host", "example.amazonaws.com"));
        headers.addAll(published.headers());
        headers.add(new Header("X-Amz-Date", "20150830T123600Z"));
        String signed = headers.stream()
                .map(header -> header.name().toLowerCase(java.util.Locale.ROOT))
                .distinct()
                .sorted()
                .collect(Collectors.joining(";"));
        headers.add(new Header(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders="
                        + signed + ", Signature=" + signature));
        WireRequest request = new WireRequest(
                published.method(),
                published.path(),
                published.query(),
                headers,
                published.body().getBytes(StandardCharsets.UTF_8),
                "127.0.0.1");
        InstantSource clock = InstantSource.fixed(Instant.parse("2015-08-30T12:36:00Z"));
        return new SigV4Authenticator(unused -> Optional.of(EXAMPLE), clock, "us-east-1").authenticate(request);
    }
}
