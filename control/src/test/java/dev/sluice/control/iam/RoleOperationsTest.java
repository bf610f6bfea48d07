/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.iam;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.Services;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoleOperationsTest {
    private static final String BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";

    @TempDir
    private Path folder;

    private Services services;

    @BeforeEach
    void open() {
        services = new Services(folder.resolve("data"));
    }

    @AfterEach
    void close() {
        services.close();
    }

    @Test
    void createsARoleAndShowsItsPolicyUrlEncoded() {
        Services.Answer created = services.iam(
                "CreateRole",
                "RoleName",
                "worker",
                "Path",
                "/team/",
                "AssumeRolePolicyDocument",
                Services.TRUST,
                "Tags.member.1.Key",
                "k",
                "Tags.member.1.Value",
                "v");
        Services.Answer shown = services.iam("GetRole", "RoleName", "worker");

        assertThat(created.status()).isEqualTo(200);
        assertThat(created.text()).doesNotContain("MaxSessionDuration");
        assertThat(element(shown, "Arn")).isEqualTo("arn:aws:iam::123456789012:role/team/worker");
        assertThat(element(shown, "RoleId")).matches("AROA[A-Z2-7]{17}");
        assertThat(element(shown, "CreateDate")).isEqualTo("2026-11-22T12:00:00Z");
        assertThat(element(shown, "MaxSessionDuration")).isEqualTo("3600");
        String document = element(shown, "AssumeRolePolicyDocument");
        assertThat(document).startsWith("%7B%22Version%22%3A%222012-10-17%22").doesNotContain("+");
        assertThat(URLDecoder.decode(document, StandardCharsets.UTF_8)).isEqualTo(Services.TRUST);
        assertThat(element(shown, "Key")).isEqualTo("k");
    }

    @Test
    void refusesASecondRoleOfANameInAnyCase() {
        services.role("worker");

        Services.Answer again =
                services.iam("CreateRole", "RoleName", "Worker", "AssumeRolePolicyDocument", Services.TRUST);

        assertThat(again.status()).isEqualTo(409);
        assertThat(element(again, "Code")).isEqualTo("EntityAlreadyExists");
        assertThat(element(again, "Message")).isEqualTo("Role with name Worker already exists.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    not json                                                                      | This policy contains invalid Json
                    []                                                                            | This policy contains invalid Json
                    {"Version":"2012-10-17"}                                                      | Syntax errors in policy.
                    {"Version":"2020-01-01","Statement":[]}                                       | The policy must contain a valid version string
                    {"Statement":{"Effect":"Maybe","Principal":"*","Action":"sts:AssumeRole"}}    | Syntax errors in policy.
                    {"Statement":{"Effect":"Allow","Action":"sts:AssumeRole"}}                    | Missing required field Principal
                    {"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:Get"}}            | AssumeRole policy may only specify STS AssumeRole actions.
                    {"Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Resource":"*"}} | Has prohibited field Resource
                    """)
    void refusesAMalformedTrustPolicy(String document, String message) {
        Services.Answer refused =
                services.iam("CreateRole", "RoleName", "worker", "AssumeRolePolicyDocument", document);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(element(refused, "Code")).isEqualTo("MalformedPolicyDocument");
        assertThat(element(refused, "Message")).isEqualTo(message);
        assertThat(services.iam("GetRole", "RoleName", "worker").status()).isEqualTo(404);
    }

    @Test
    void attachesListsAndDetachesPoliciesAndThenDeletes() {
        services.role("worker");

        assertThat(services.iam("AttachRolePolicy", "RoleName", "worker", "PolicyArn", BASIC)
                        .status())
                .isEqualTo(200);
        Services.Answer listed = services.iam("ListAttachedRolePolicies", "RoleName", "worker");
        assertThat(element(listed, "PolicyName")).isEqualTo("AWSLambdaBasicExecutionRole");
        assertThat(element(listed, "IsTruncated")).isEqualTo("false");

        Services.Answer conflict = services.iam("DeleteRole", "RoleName", "worker");
        assertThat(conflict.status()).isEqualTo(409);
        assertThat(element(conflict, "Code")).isEqualTo("DeleteConflict");
        assertThat(element(conflict, "Message")).isEqualTo("Cannot delete entity, must detach all policies first.");

        assertThat(services.iam("DetachRolePolicy", "RoleName", "worker", "PolicyArn", BASIC)
                        .status())
                .isEqualTo(200);
        assertThat(services.iam("DeleteRole", "RoleName", "worker").status()).isEqualTo(200);
        Services.Answer gone = services.iam("GetRole", "RoleName", "worker");
        assertThat(element(gone, "Code")).isEqualTo("NoSuchEntity");
        assertThat(element(gone, "Message")).isEqualTo("The role with name worker cannot be found.");
    }

    @ParameterizedTest
    @CsvSource({
        "arn:aws:iam::aws:policy/NoSuchPolicy, 404, NoSuchEntity, "
                + "Policy arn:aws:iam::aws:policy/NoSuchPolicy does not exist or is not attachable.",
        "AWSLambdaBasicExecutionRole, 400, ValidationError, Invalid ARN:  Could not be parsed!"
    })
    void refusesToAttachAnUnknownPolicy(String arn, int status, String code, String message) {
        services.role("worker");

        Services.Answer refused = services.iam("AttachRolePolicy", "RoleName", "worker", "PolicyArn", arn);

        assertThat(refused.status()).isEqualTo(status);
        assertThat(element(refused, "Code")).isEqualTo(code);
        assertThat(refused.text()).contains("<Message>" + message);
    }

    @Test
    void refusesToDetachWhatIsNotAttached() {
        services.role("worker");

        Services.Answer refused = services.iam("DetachRolePolicy", "RoleName", "worker", "PolicyArn", BASIC);

        assertThat(refused.status()).isEqualTo(404);
        assertThat(element(refused, "Message")).isEqualTo("Policy " + BASIC + " was not found.");
    }

    @Test
    void listsRolesByPages() {
        services.role("a");
        services.role("b");
        services.role("c");

        Services.Answer first = services.iam("ListRoles", "MaxItems", "2");
        Services.Answer second = services.iam("ListRoles", "MaxItems", "2", "Marker", element(first, "Marker"));

        assertThat(first.text()).contains("<RoleName>a<", "<RoleName>b<").doesNotContain("<RoleName>c<");
        assertThat(element(first, "IsTruncated")).isEqualTo("true");
        assertThat(second.text()).contains("<RoleName>c<").doesNotContain("<RoleName>b<");
        assertThat(element(second, "IsTruncated")).isEqualTo("false");
    }

    @Test
    void keepsRolesOverARestart() {
        services.role("worker");
        services.close();

        services = new Services(folder.resolve("data"));

        assertThat(services.iam("GetRole", "RoleName", "worker").status()).isEqualTo(200);
    }

    @Test
    void lettingInvokeFunctionsNeedsTrustAndAPolicy() {
        String api = Services.TRUST.replace("lambda.", "apigateway.");
        services.iam("CreateRole", "RoleName", "caller", "AssumeRolePolicyDocument", api);
        String arn = "arn:aws:iam::123456789012:role/caller";

        assertThat(services.roles.letsInvokeFunctions(arn, "apigateway.amazonaws.com"))
                .isFalse();
        services.iam(
                "AttachRolePolicy",
                "RoleName",
                "caller",
                "PolicyArn",
                "arn:aws:iam::aws:policy/service-role/AWSLambdaRole");

        assertThat(services.roles.letsInvokeFunctions(arn, "apigateway.amazonaws.com"))
                .isTrue();
        assertThat(services.roles.letsInvokeFunctions(arn, "lambda.amazonaws.com"))
                .isFalse();
    }

    private static String element(Services.Answer answer, String name) {
        String text = answer.text();
        int start = text.indexOf("<" + name + ">") + name.length() + 2;
        int end = text.indexOf("</" + name + ">");
        assertThat(end).as("%s in %s", name, text).isPositive();
        return text.substring(start, end);
    }
}
