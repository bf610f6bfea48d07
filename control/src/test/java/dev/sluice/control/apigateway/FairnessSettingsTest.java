/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.Documents;
import dev.sluice.gateway.FairLevels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stage's fairness and the dry runs of stages and APIs, from the call to what the data plane gets. */
final class FairnessSettingsTest {
    @TempDir
    Path dir;

    private ControlPlane plane;
    private ControlPlane.Sample sample;

    @BeforeEach
    void open() {
        plane = ControlPlane.open(dir);
        sample = plane.sample();
        plane.deploy(sample, "dev");
    }

    @AfterEach
    void close() {
        plane.close();
    }

    private FairLevels fairness() {
        return Objects.requireNonNull(plane.live(sample, "dev").fairness());
    }

    @Test
    void isOffUntilItIsAskedFor() {
        assertThat(plane.live(sample, "dev").fairness()).isNull();
        plane.patch(sample.stage("dev"), "replace /throttle/fairness true").ok(200);
        assertThat(plane.live(sample, "dev").fairness()).isNotNull();
        plane.patch(sample.stage("dev"), "replace /throttle/fairness false").ok(200);
        assertThat(plane.live(sample, "dev").fairness()).isNull();
    }

    @Test
    void sharesTheMostSpecificLevelThatIsLimitedNow() {
        plane.patch(sample.stage("dev"), "replace /throttle/fairness true").ok(200);
        assertThat(fairness().inForce().shared())
                .isSameAs(plane.live(sample, "dev").accountBucket());
        plane.patch(sample.path(), "replace /throttle/rateLimit 5").ok(200);
        assertThat(fairness().inForce().shared())
                .isSameAs(plane.live(sample, "dev").apiBucket());
        plane.patch(sample.stage("dev"), "replace /throttle/rateLimit 5").ok(200);
        assertThat(fairness().inForce().shared())
                .isSameAs(plane.live(sample, "dev").stageBucket());
    }

    @Test
    void itsStateSurvivesADeployment() {
        plane.patch(sample.stage("dev"), "replace /throttle/fairness true", "replace /throttle/rateLimit 5")
                .ok(200);
        FairLevels before = fairness();
        plane.deploy(sample, "dev");
        assertThat(fairness()).isEqualTo(before);
        assertThat(fairness().stage()).isSameAs(before.stage());
    }

    @Test
    void twoStagesShareTheLevelsAboveThem() {
        plane.deploy(sample, "prod");
        plane.patch(sample.stage("dev"), "replace /throttle/fairness true").ok(200);
        plane.patch(sample.stage("prod"), "replace /throttle/fairness true").ok(200);
        FairLevels prod = Objects.requireNonNull(plane.live(sample, "prod").fairness());
        assertThat(fairness().account()).isSameAs(prod.account());
        assertThat(fairness().api()).isSameAs(prod.api());
        assertThat(fairness().stage()).isNotSameAs(prod.stage());
    }

    @Test
    void aRestartKeepsTheSettings() {
        plane.patch(sample.stage("dev"), "replace /throttle/fairness true", "replace /throttle/dryRun true")
                .ok(200);
        plane.close();
        plane = ControlPlane.open(dir);
        assertThat(plane.live(sample, "dev").fairness()).isNotNull();
        assertThat(plane.get(sample.stage("dev")).ok(200).get("throttle").toString())
                .isEqualTo("{\"dryRun\":true,\"fairness\":true}");
    }

    @Test
    void anApiCanRunDry() {
        plane.patch(sample.path(), "replace /throttle/rateLimit 5", "replace /throttle/dryRun true")
                .ok(200);
        assertThat(plane.get(sample.path()).ok(200).get("throttle").toString())
                .isEqualTo("{\"rateLimit\":5.0,\"dryRun\":true}");
        plane.patch(sample.path(), "replace /throttle/fairness true")
                .isBadRequest("Invalid patch path  '/throttle/fairness' specified for op 'replace'. Must be one of:"
                        + " [/throttle/burstLimit, /throttle/dryRun, /throttle/rateLimit]");
    }

    @Test
    void stagesAndAccountsOfOlderFoldersReadFine() {
        plane.documents.store().<Boolean>write(tx -> {
            tx.put(
                    ApiGatewayKinds.ACCOUNT.name(),
                    ApiGatewayKinds.ACCOUNT_ID,
                    "{\"throttle\":{\"rateLimit\":9.0,\"burstLimit\":8}}".getBytes(StandardCharsets.UTF_8),
                    Map.of());
            return true;
        });
        assertThat(plane.documents.store().read(Accounts::read).throttle()).isEqualTo(new Throttle(9.0, 8));
        Throttle written = new Throttle(9.0, 8);
        assertThat(new String(Documents.encode(written), StandardCharsets.UTF_8))
                .isEqualTo("{\"rateLimit\":9.0,\"burstLimit\":8}");
    }

    @Test
    void strictAwsHasNoneOfIt() {
        plane.close();
        plane = ControlPlane.strict(dir);
        for (String path : new String[] {"/throttle/fairness", "/throttle/dryRun", "/data/GET/throttling/dryRun"}) {
            ControlPlane.Answer refused = plane.patch(sample.stage("dev"), "replace " + path + " true");
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.text("message")).startsWith("Invalid method setting path: " + path + ".");
        }
        plane.patch(sample.path(), "replace /throttle/dryRun true").isBadRequest("Invalid patch path /throttle/dryRun");
    }
}
