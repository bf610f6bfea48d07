/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.ServerCertificate;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class DomainNamesTest {
    private static final String NAME = "api.example.com";
    private static final String AT = "/domainnames/" + NAME;

    @TempDir
    Path dir;

    private ControlPlane plane;

    @BeforeEach
    void open() {
        plane = ControlPlane.open(dir);
    }

    @AfterEach
    void close() {
        plane.close();
    }

    private ControlPlane.Answer create(String... membersAndValues) {
        Map<String, String> input = new HashMap<>(Map.of("domainName", NAME));
        for (int i = 0; i < membersAndValues.length; i += 2) {
            input.put(membersAndValues[i], membersAndValues[i + 1]);
        }
        return plane.post("/domainnames", JsonMapper.shared().writeValueAsString(input));
    }

    private ControlPlane.Answer upload(TestCertificate certificate) throws Exception {
        return create(
                "certificateName",
                "mine",
                "certificateBody",
                certificate.body(),
                "certificatePrivateKey",
                certificate.key());
    }

    private static TestCertificate certificate(String... names) throws Exception {
        return TestCertificate.named(ControlPlane.NOW, names);
    }

    private void presents(TestCertificate expected) {
        assertThat(plane.presented).containsOnlyKeys(NAME);
        ServerCertificate presented = plane.presented.values().iterator().next();
        assertThat(presented.chain().getFirst()).isEqualTo(expected.certificate());
        assertThat(presented.key()).isEqualTo(expected.keys().getPrivate());
    }

    @Test
    void isMadeWithAwssDefaultsAndShownAgain() {
        JsonNode made = create().ok(201);
        String alias = made.get("distributionDomainName").asString();
        assertThat(alias).matches("d-[a-z0-9]{10}\\.execute-api\\.us-east-1\\.localhost");
        assertThat(made).isEqualTo(JsonMapper.shared().readTree("""
                {"domainName":"api.example.com","domainNameArn":"arn:aws:apigateway:us-east-1::/domainnames/api.example.com",
                 "distributionDomainName":"%s","domainNameStatus":"AVAILABLE","securityPolicy":"TLS_1_2",
                 "routingMode":"BASE_PATH_MAPPING_ONLY","endpointConfiguration":{"types":["EDGE"],"ipAddressType":"ipv4"}}
                """.formatted(alias)));
        assertThat(plane.get(AT).ok(200)).isEqualTo(made);
        assertThat(plane.get("/domainnames").ok(200).at("/item/0")).isEqualTo(made);
        assertThat(plane.presented).isEmpty();
    }

    @Test
    void isRegionalByAWordOrARegionalCertificate() {
        JsonNode made = create("regionalCertificateArn", "arn:aws:acm:us-east-1:1:certificate/x")
                .ok(201);
        assertThat(made.at("/endpointConfiguration/types/0").asString()).isEqualTo("REGIONAL");
        assertThat(made.get("regionalDomainName").asString()).endsWith(".localhost");
        assertThat(made.get("regionalCertificateArn").asString()).isEqualTo("arn:aws:acm:us-east-1:1:certificate/x");
        assertThat(made.has("distributionDomainName")).isFalse();
        JsonNode other = plane.post(
                        "/domainnames",
                        "{\"domainName\":\"*.example.com\",\"endpointConfiguration\":{\"types\":[\"REGIONAL\"]},"
                                + "\"tags\":{\"a\":\"b\"}}")
                .ok(201);
        assertThat(other.has("regionalDomainName")).isTrue();
        assertThat(other.at("/tags/a").asString()).isEqualTo("b");
        assertThat(plane.get("/domainnames/*.example.com").ok(200)).isEqualTo(other);
    }

    @Test
    void existsOnce() {
        create().ok(201);
        create().isConflict("The domain name you provided already exists.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example",
                "Api.example.com",
                "api.example.com.",
                "*.com",
                "a.*.example.com",
                "*",
                "a_b.example.com",
                "-a.example.com",
                "a-.example.com",
                "a..example.com",
                "192.0.2.1",
                "a.execute-api.localhost",
                "a/b.example.com",
                "api.example.com:443",
                "[::1]"
            })
    void aNameIsAHostName(String name) {
        create("domainName", name)
                .isBadRequest("Invalid domain name '" + name + "' specified. Must be a host name in lower case like"
                        + " api.example.com or *.example.com, and none of execute-api");
        assertThat(plane.get("/domainnames").ok(200).path("item").size()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "securityPolicy, TLS_1_0, The security policy 'TLS_1_0' is",
        "routingMode, ROUTING_RULE_ONLY, The routing mode 'ROUTING_RULE_ONLY' is",
        "ownershipVerificationCertificateArn, arn:x, Ownership verification by a certificate is",
        "policy, {}, Private custom domain names are",
        "endpointAccessMode, STRICT, The endpoint access mode 'STRICT' is",
    })
    void whatCannotBeKeptIsRefused(String member, String value, String what) {
        create(member, value).isUnsupported(what + " not supported yet");
        assertThat(plane.get(AT).status()).isEqualTo(404);
    }

    @Test
    void mutualTlsAndPrivateDomainsAreRefused() {
        String start = "{\"domainName\":\"api.example.com\",";
        plane.post("/domainnames", start + "\"mutualTlsAuthentication\":{\"truststoreUri\":\"s3://a/b\"}}")
                .isUnsupported("Mutual TLS is not supported yet");
        plane.post("/domainnames", start + "\"endpointConfiguration\":{\"types\":[\"PRIVATE\"]}}")
                .isUnsupported("Private custom domain names are not supported yet");
        create().ok(201);
        plane.patch(AT, "replace /mutualTlsAuthentication/truststoreUri s3://a/b")
                .isUnsupported("The member 'mutualTlsAuthentication' of a domain name is not supported yet");
        plane.get(AT + "?domainNameId=abc123").isNotFound("Invalid domain name identifier specified");
    }

    @Test
    void anUploadedCertificateIsPresentedAtOnceAndAfterARestartButNeverShown() throws Exception {
        TestCertificate first = certificate(NAME);
        JsonNode made = upload(first).ok(201);
        presents(first);
        assertThat(made.get("certificateName").asString()).isEqualTo("mine");
        assertThat(made.get("certificateUploadDate").asLong()).isEqualTo(ControlPlane.NOW.getEpochSecond());
        assertThat(made.toString()
                        + plane.get(AT).json()
                        + plane.get("/domainnames").json())
                .doesNotContain("PRIVATE KEY", "BEGIN", "sealed");
        plane.close();
        plane = ControlPlane.open(dir);
        presents(first);
        keepsNoKeyInClear(first);
    }

    private void keepsNoKeyInClear(TestCertificate certificate) throws Exception {
        String key = certificate.key().lines().skip(1).findFirst().orElseThrow();
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(key);
            }
        }
    }

    @Test
    void aCertificateIsReplacedWholeAndGoesWithItsDomain() throws Exception {
        upload(certificate(NAME)).ok(201);
        TestCertificate second = certificate("*.example.com");
        plane.patch(
                        AT,
                        "replace /certificatePrivateKey " + second.key(),
                        "replace /certificateName second",
                        "replace /certificateBody " + second.body())
                .ok(200);
        presents(second);
        assertThat(plane.get(AT).text("certificateName")).isEqualTo("second");
        plane.patch(AT, "replace /certificateBody " + second.body())
                .isBadRequest(
                        "Invalid certificatePrivateKey specified. Must be the private key of certificateBody in PEM");
        presents(second);
        plane.patch(AT, "replace /certificateArn arn:aws:acm:x").ok(200);
        assertThat(plane.presented).isEmpty();
        assertThat(plane.get(AT).json().has("certificateName")).isFalse();
        plane.patch(AT, "replace /certificateBody " + second.body(), "replace /certificatePrivateKey " + second.key())
                .ok(200);
        presents(second);
        assertThat(plane.get(AT).json().has("certificateArn")).isFalse();
        plane.delete(AT).ok(202);
        assertThat(plane.presented).isEmpty();
    }

    @Test
    void olderFormsOfRsaKeysAreTaken() throws Exception {
        TestCertificate rsa = TestCertificate.of("RSA", ControlPlane.NOW, NAME);
        create("certificateBody", rsa.body(), "certificatePrivateKey", rsa.oldKey())
                .ok(201);
        presents(rsa);
    }

    @Test
    void aCertificateThatCannotBeUsedIsOneClearErrorAndChangesNothing() throws Exception {
        TestCertificate good = certificate(NAME);
        TestCertificate other = certificate(NAME);
        refused(
                "certificateBody",
                "a certificate in PEM, sent together with certificatePrivateKey",
                "",
                good.key(),
                "");
        refused("certificateBody", "certificates in PEM", "garbage", good.key(), "");
        refused(
                "certificateBody",
                "one certificate; others belong in certificateChain",
                good.body() + other.body(),
                good.key(),
                "");
        refused(
                "certificateBody",
                "a certificate for api.example.com; it is for [example.com, a.b.example.com]",
                certificate("example.com", "a.b.example.com").body(),
                good.key(),
                "");
        refused("certificatePrivateKey", "the private key of certificateBody in PEM", good.body(), "", "");
        refused("certificatePrivateKey", "the private key of certificateBody", good.body(), other.key(), "");
        refused(
                "certificateChain",
                "each certificate the issuer of the one before it",
                good.body(),
                good.key(),
                other.body());
        String forms =
                "an EC or RSA key in PEM, not encrypted: \"BEGIN PRIVATE KEY\", or for RSA \"BEGIN RSA PRIVATE KEY\"";
        refused("certificatePrivateKey", forms, good.body(), good.oldKey(), "");
        refused("certificatePrivateKey", forms, good.body(), good.key().replace("KEY-----\nM", "KEY-----\nA"), "");
        Instant then = ControlPlane.NOW.minus(Duration.ofDays(1));
        TestCertificate expired = TestCertificate.named(then, NAME);
        refused(
                "certificateBody",
                "a certificate that is valid now; it is from "
                        + expired.certificate().getNotBefore().toInstant() + " to "
                        + expired.certificate().getNotAfter().toInstant(),
                expired.body(),
                expired.key(),
                "");
        assertThat(plane.get(AT).status()).isEqualTo(404);
        assertThat(plane.presented).isEmpty();
    }

    private void refused(String member, String expected, String body, String key, String chain) {
        create("certificateBody", body, "certificatePrivateKey", key, "certificateChain", chain)
                .isBadRequest("Invalid " + member + " specified. Must be " + expected);
    }

    @Test
    void aCertificateThatTheListenerDoesNotTakeIsNotStored() throws Exception {
        plane.refusesCertificates = true;
        upload(certificate(NAME)).isBadRequest("Invalid certificateBody specified. the listener does not take it");
        assertThat(plane.get(AT).status()).isEqualTo(404);
    }

    @Test
    void anArnAndACertificateExcludeEachOther() throws Exception {
        TestCertificate good = certificate(NAME);
        create("certificateArn", "arn:x", "certificateBody", good.body(), "certificatePrivateKey", good.key())
                .isBadRequest("A domain name takes either the ARN of a certificate or a certificate, not both");
    }

    @Test
    void movesBetweenEdgeAndRegional() {
        String alias = create().text("distributionDomainName");
        plane.patch(AT, "add /endpointConfiguration/types REGIONAL", "replace /regionalCertificateArn arn:r")
                .ok(200);
        JsonNode both = plane.get(AT).json();
        assertThat(both.get("distributionDomainName").asString()).isEqualTo(alias);
        assertThat(both.get("regionalDomainName").asString()).isEqualTo(alias);
        plane.patch(AT, "remove /endpointConfiguration/types EDGE").ok(200);
        plane.patch(AT, "remove /endpointConfiguration/types/REGIONAL")
                .isBadRequest("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.");
        plane.patch(
                        AT,
                        "replace /endpointConfiguration/types/0 EDGE",
                        "replace /endpointConfiguration/ipAddressType dualstack")
                .ok(200);
        JsonNode edge = plane.get(AT).json();
        assertThat(edge.get("endpointConfiguration").toString())
                .isEqualTo("{\"types\":[\"EDGE\"],\"ipAddressType\":\"dualstack\"}");
        assertThat(edge.has("regionalDomainName")).isFalse();
    }

    @Test
    void otherPatchesAreRefused() {
        create().ok(201);
        assertThat(plane.patch(AT, "replace /domainName b.example.com").text("message"))
                .startsWith(
                        "Invalid patch path  '/domainName' specified for op 'replace'. Must be one of: [/certificateName,");
        plane.patch(AT, "remove /certificateArn")
                .isBadRequest("Invalid patch operation specified. Must be one of: [add, replace]");
        plane.patch(AT, "replace /securityPolicy TLS_1_2", "replace /routingMode BASE_PATH_MAPPING_ONLY")
                .ok(200);
        plane.patch(AT, "replace /securityPolicy TLS_1_0")
                .isUnsupported("The security policy 'TLS_1_0' is not supported yet");
        plane.patch("/domainnames/b.example.com", "replace /certificateName x")
                .isNotFound("Invalid domain name identifier specified");
    }

    @Test
    void areListedInPagesByName() {
        for (String name : List.of("c.example.com", "a.example.com", "b.example.com")) {
            create("domainName", name).ok(201);
        }
        JsonNode first = plane.get("/domainnames?limit=2").ok(200);
        assertThat(first.get("item").findValuesAsString("domainName"))
                .containsExactly("a.example.com", "b.example.com");
        JsonNode second = plane.get(
                        "/domainnames?limit=2&position=" + first.get("position").asString())
                .ok(200);
        assertThat(second.get("item").findValuesAsString("domainName")).containsExactly("c.example.com");
        assertThat(second.has("position")).isFalse();
        assertThat(plane.get("/domainnames?resourceOwner=OTHER_ACCOUNTS")
                        .ok(200)
                        .path("item")
                        .size())
                .isZero();
    }

    @Test
    void haveTags() {
        create().ok(201);
        String arn = plane.get(AT).text("domainNameArn");
        String tags = "/tags/" + URLEncoder.encode(arn, StandardCharsets.UTF_8);
        plane.put(tags, "{\"tags\":{\"team\":\"a\"}}").ok(204);
        assertThat(plane.get(AT).json().at("/tags/team").asString()).isEqualTo("a");
        plane.delete(tags + "?tagKeys=team").ok(204);
        assertThat(plane.get(tags).ok(200).toString()).isEqualTo("{\"tags\":{}}");
    }

    @Test
    void unknownOnesAreNotFound() {
        plane.get(AT).isNotFound("Invalid domain name identifier specified");
        plane.delete(AT).isNotFound("Invalid domain name identifier specified");
    }
}
