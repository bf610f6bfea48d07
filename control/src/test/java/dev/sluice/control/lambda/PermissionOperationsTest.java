/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.Services;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PermissionOperationsTest {
    private static final String ARN = "arn:aws:lambda:us-east-1:123456789012:function:hello";
    private static final String ADD =
            "{'StatementId':'api','Action':'lambda:InvokeFunction','Principal':'apigateway.amazonaws.com'%s}";

    private Services services;

    @BeforeEach
    void open(@TempDir Path folder) {
        services = new Services(folder);
        services.createFunction("hello", "def handle(event, context):\n    return 1\n", "");
    }

    @AfterEach
    void close() {
        services.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    apigateway.amazonaws.com | | {"Service":"apigateway.amazonaws.com"} | none
                    apigateway.amazonaws.com | ,'SourceArn':'arn:aws:apigateway:us-east-1::/restapis/abc/*/*' | {"Service":"apigateway.amazonaws.com"} | {"ArnLike":{"AWS:SourceArn":"arn:aws:apigateway:us-east-1::/restapis/abc/*/*"}}
                    *                        | ,'SourceAccount':'123456789012' | "*" | {"StringEquals":{"AWS:SourceAccount":"123456789012"}}
                    210987654321             | | {"AWS":"arn:aws:iam::210987654321:root"} | none
                    arn:aws:iam::123456789012:user/u | | {"AWS":"arn:aws:iam::123456789012:user/u"} | none
                    """)
    void rendersStatementsAsAwsDoes(String principal, String more, String rendered, String condition) {
        Services.Answer added = services.lambda(
                "POST",
                "/hello/policy",
                ADD.formatted(more == null ? "" : more).replace("apigateway.amazonaws.com", principal));

        assertThat(added.status()).isEqualTo(201);
        String expected = "{\"Sid\":\"api\",\"Effect\":\"Allow\",\"Principal\":" + rendered
                + ",\"Action\":\"lambda:InvokeFunction\",\"Resource\":\"" + ARN + "\""
                + (condition.equals("none") ? "}" : ",\"Condition\":" + condition + "}");
        assertThat(added.json().path("Statement").asString("")).isEqualTo(expected);
        JsonNode policy = services.lambda("GET", "/hello/policy", "").json();
        assertThat(policy.path("Policy").asString(""))
                .isEqualTo("{\"Version\":\"2012-10-17\",\"Id\":\"default\",\"Statement\":[" + expected + "]}");
        assertThat(policy.path("RevisionId"))
                .isEqualTo(services.lambda("GET", "/hello/configuration", "")
                        .json()
                        .path("RevisionId"));
    }

    @Test
    void refusesASecondStatementOfAnId() {
        services.lambda("POST", "/hello/policy", ADD.formatted(""));

        Services.Answer refused = services.lambda("POST", "/hello/policy", ADD.formatted(""));

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.error()).isEqualTo("ResourceConflictException");
        assertThat(refused.message())
                .isEqualTo(
                        "The statement id (api) provided already exists. Please provide a new statement id, or remove the "
                                + "existing statement.");
    }

    @Test
    void locksByTheRevisionThatEachChangeRenews() {
        Services.Answer stale = services.lambda("POST", "/hello/policy", ADD.formatted(",'RevisionId':'wrong'"));
        String before = revision();
        Services.Answer added =
                services.lambda("POST", "/hello/policy", ADD.formatted(",'RevisionId':'" + before + "'"));

        assertThat(stale.status()).isEqualTo(412);
        assertThat(stale.error()).isEqualTo("PreconditionFailedException");
        assertThat(added.status()).isEqualTo(201);
        assertThat(revision()).isNotEqualTo(before);
        assertThat(services.lambda("DELETE", "/hello/policy/api?RevisionId=" + before, "")
                        .status())
                .isEqualTo(412);
        assertThat(services.lambda("DELETE", "/hello/policy/api?RevisionId=" + revision(), "")
                        .status())
                .isEqualTo(204);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    GET    | /hello/policy          | The resource you requested does not exist.
                    GET    | /none/policy           | The resource you requested does not exist.
                    DELETE | /hello/policy/api      | No policy is associated with the given resource.
                    DELETE | /none/policy/api       | No policy found for: arn:aws:lambda:us-east-1:123456789012:function:none
                    """)
    void tellsWhatIsNotThere(String method, String path, String message) {
        Services.Answer refused = services.lambda(method, path, "");

        assertThat(refused.status()).isEqualTo(404);
        assertThat(refused.message()).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    /hello/policy?Qualifier=%24LATEST | apigateway.amazonaws.com | 400 | We currently do not support adding policies for $LATEST.
                    /hello/policy?Qualifier=live      | apigateway.amazonaws.com | 404 | Cannot find alias arn: arn:aws:lambda:us-east-1:123456789012:function:hello:live
                    /hello/policy?Qualifier=42        | apigateway.amazonaws.com | 404 | Function not found: arn:aws:lambda:us-east-1:123456789012:function:hello:42
                    /none/policy                      | apigateway.amazonaws.com | 404 | Function not found: arn:aws:lambda:us-east-1:123456789012:function:none
                    /hello/policy                     | invalid.nonaws.com       | 400 | The provided principal was invalid. Please check the principal and try again.
                    """)
    void refusesABadStatement(String path, String principal, int status, String message) {
        Services.Answer refused =
                services.lambda("POST", path, ADD.formatted("").replace("apigateway.amazonaws.com", principal));

        assertThat(refused.status()).isEqualTo(status);
        assertThat(refused.message()).isEqualTo(message);
    }

    @Test
    void boundsThePolicy() {
        int status = 201;
        int added = 0;
        while (status == 201) {
            status = services.lambda(
                            "POST",
                            "/hello/policy",
                            ADD.formatted(",'SourceArn':'arn:aws:s3:::" + "b".repeat(2000) + "'")
                                    .replace("'api'", "'s" + added++ + "'"))
                    .status();
        }

        assertThat(status).isEqualTo(400);
        assertThat(added).isBetween(5, 12);
        JsonNode policy = JsonMapper.shared()
                .readTree(services.lambda("GET", "/hello/policy", "")
                        .json()
                        .path("Policy")
                        .asString(""));
        assertThat(policy.path("Statement")).hasSize(added - 1);
    }

    @ParameterizedTest
    @CsvSource({
        "arn:aws:execute-api:us-east-1:123456789012:abc/*, true",
        "arn:aws:execute-api:us-east-1:123456789012:abc/prod/GET/data, true",
        "arn:aws:execute-api:us-east-1:123456789012:abc/*/*/data, true",
        "arn:aws:execute-api:us-east-1:123456789012:ab?/prod/*, true",
        "arn:aws:execute-api:*:*:abc/*, true",
        "arn:aws:execute-api:us-east-1:123456789012:abc/prod/POST/data, false",
        "arn:aws:execute-api:us-east-1:123456789012:abd/*, false",
        "arn:aws:execute-api:us-west-2:123456789012:abc/*, false",
        "arn:aws:*abc/prod/GET/data, false",
        "*, false",
    })
    void matchesArnsPartByPart(String pattern, boolean matches) {
        assertThat(ArnPattern.matches(pattern, "arn:aws:execute-api:us-east-1:123456789012:abc/prod/GET/data"))
                .isEqualTo(matches);
    }

    @Test
    void aStatementWithAConditionThatAGatewayCannotMeetAllowsNothing() {
        Permission token = new Permission("s", "lambda:InvokeFunction", "*", null, null, "token", null, null);
        Permission account =
                new Permission("s", "lambda:*", "apigateway.amazonaws.com", null, "123456789012", null, null, null);

        assertThat(token.allowsInvoke("apigateway.amazonaws.com", "123456789012", List.of("arn:a:b:c:d:e")))
                .isFalse();
        assertThat(account.allowsInvoke("apigateway.amazonaws.com", "123456789012", List.of("arn:a:b:c:d:e")))
                .isTrue();
        assertThat(account.allowsInvoke("apigateway.amazonaws.com", "210987654321", List.of("arn:a:b:c:d:e")))
                .isFalse();
        assertThat(account.allowsInvoke("s3.amazonaws.com", "123456789012", List.of("arn:a:b:c:d:e")))
                .isFalse();
    }

    private String revision() {
        return services.lambda("GET", "/hello/configuration", "")
                .json()
                .path("RevisionId")
                .asString("");
    }
}
