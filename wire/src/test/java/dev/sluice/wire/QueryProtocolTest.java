/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.cloudwatch.CloudWatchOperations;
import dev.sluice.wire.cloudwatch.Datapoint;
import dev.sluice.wire.cloudwatch.Dimension;
import dev.sluice.wire.cloudwatch.GetMetricStatisticsInput;
import dev.sluice.wire.cloudwatch.GetMetricStatisticsOutput;
import dev.sluice.wire.iam.CreateRoleRequest;
import dev.sluice.wire.iam.CreateRoleResponse;
import dev.sluice.wire.iam.IamErrors;
import dev.sluice.wire.iam.IamOperations;
import dev.sluice.wire.iam.Role;
import dev.sluice.wire.iam.Tag;
import dev.sluice.wire.sts.GetCallerIdentityResponse;
import dev.sluice.wire.sts.StsOperations;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QueryProtocolTest {
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded; charset=utf-8";

    @Test
    void wrapsTheResultInXml() {
        Wire wire = Wire.of(
                "sts",
                StsOperations.GET_CALLER_IDENTITY,
                (call, input) -> GetCallerIdentityResponse.builder()
                        .account(call.accountId())
                        .arn(call.principalArn())
                        .userId("a<&>\"\u0000")
                        .build());
        WireResponse response = wire.send("POST", "/", "Action=GetCallerIdentity&Version=2011-06-15", FORM);
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("Content-Type")).hasValue("text/xml");
        assertThat(Wire.text(response))
                .isEqualTo("<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
                        + "<GetCallerIdentityResult><UserId>a&lt;&amp;&gt;&quot;\uFFFD</UserId>"
                        + "<Account>123456789012</Account><Arn>arn:aws:iam::123456789012:user/administrator</Arn>"
                        + "</GetCallerIdentityResult><ResponseMetadata><RequestId>"
                        + response.header("x-amzn-RequestId").orElseThrow()
                        + "</RequestId></ResponseMetadata></GetCallerIdentityResponse>");
    }

    @Test
    void takesActionsFromTheQueryStringOfAGet() {
        Wire wire = Wire.of(
                "sts",
                StsOperations.GET_CALLER_IDENTITY,
                (call, input) -> GetCallerIdentityResponse.builder().build());
        assertThat(wire.send("GET", "/?Action=GetCallerIdentity&Version=2011-06-15", "")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void readsListsOfStructuresInOrderOfTheirNumbers() {
        List<CreateRoleRequest> seen = new ArrayList<>();
        Wire wire = Wire.of("iam", IamOperations.CREATE_ROLE, (call, input) -> {
            seen.add(input);
            return CreateRoleResponse.builder()
                    .role(Role.builder()
                            .roleName(input.roleName())
                            .createDate(Instant.parse("2026-11-22T10:00:00Z"))
                            .tags(input.tags())
                            .build())
                    .build();
        });
        WireResponse response = wire.send(
                "POST",
                "/",
                "Action=CreateRole&Version=2010-05-08&RoleName=r&AssumeRolePolicyDocument=%7B%22a%22%3A+1%7D"
                        + "&MaxSessionDuration=3600&Tags.member.10.Key=b&Tags.member.10.Value=2&Tags.member.2.Key=a"
                        + "&Tags.member.2.Value=&Nonsense.a.b=1",
                FORM);
        assertThat(seen)
                .containsExactly(CreateRoleRequest.builder()
                        .roleName("r")
                        .assumeRolePolicyDocument("{\"a\": 1}")
                        .maxSessionDuration(3_600)
                        .tags(List.of(new Tag("a", ""), new Tag("b", "2")))
                        .build());
        assertThat(Wire.text(response))
                .contains("<CreateRoleResult><Role><RoleName>r</RoleName><CreateDate>2026-11-22T10:00:00Z</CreateDate>"
                        + "<Tags><member><Key>a</Key><Value></Value></member><member><Key>b</Key><Value>2</Value>"
                        + "</member></Tags></Role></CreateRoleResult>");
    }

    @Test
    void answersWithoutAResultWhereThereIsNone() {
        Wire wire = Wire.of("iam", IamOperations.DELETE_ROLE, (call, input) -> Unit.UNIT);
        assertThat(Wire.text(wire.send("POST", "/", "Action=DeleteRole&RoleName=r", FORM)))
                .matches("<DeleteRoleResponse xmlns=\"[^\"]*\"><ResponseMetadata><RequestId>[^<]*</RequestId>"
                        + "</ResponseMetadata></DeleteRoleResponse>");
    }

    @Test
    void wrapsErrorsInXml() {
        Wire wire = Wire.of("iam", IamOperations.GET_ROLE, (call, input) -> {
            throw IamErrors.NO_SUCH_ENTITY.with("The role with name r cannot be found.");
        });
        WireResponse response = wire.send("POST", "/", "Action=GetRole&RoleName=r", FORM);
        assertThat(response.status()).isEqualTo(404);
        assertThat(Wire.text(response))
                .startsWith(
                        "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type>"
                                + "<Code>NoSuchEntity</Code><Message>The role with name r cannot be found.</Message></Error>"
                                + "<RequestId>");
    }

    @Test
    void refusesUnknownAndUnservedActions() {
        Wire wire = Wire.of("iam", Handlers.builder().build());
        assertThat(Wire.text(wire.send("POST", "/", "Action=Nothing&Version=2010-05-08", FORM)))
                .contains("<Code>InvalidAction</Code><Message>Could not find operation Nothing for version 2010-05-08");
        assertThat(Wire.text(wire.send("POST", "/", "Action=GetRole&Version=2000-01-01", FORM)))
                .contains("Could not find operation GetRole for version 2000-01-01");
        assertThat(wire.send("POST", "/", "Action=GetRole&RoleName=r", FORM).status())
                .isEqualTo(501);
    }

    @Test
    void refusesNumbersThatAreNone() {
        Wire wire = Wire.of(
                "iam",
                IamOperations.CREATE_ROLE,
                (call, input) -> CreateRoleResponse.builder().build());
        assertThat(Wire.text(wire.send("POST", "/", "Action=CreateRole&MaxSessionDuration=long", FORM)))
                .contains("<Code>MalformedInput</Code>", "Value 'long' can not be converted to an Integer");
        assertThat(Wire.text(wire.send("POST", "/", "Action=CreateRole&Tags.member.x.Key=a", FORM)))
                .contains("<Code>MalformedInput</Code>");
    }

    /** What botocore before 1.40 sends to CloudWatch. */
    @Test
    void speaksQueryWithOlderCloudWatchClients() {
        List<GetMetricStatisticsInput> seen = new ArrayList<>();
        Wire wire = Wire.of("monitoring", CloudWatchOperations.GET_METRIC_STATISTICS, (call, input) -> {
            seen.add(input);
            return GetMetricStatisticsOutput.builder()
                    .label(input.metricName())
                    .datapoints(List.of(Datapoint.builder()
                            .timestamp(input.startTime())
                            .sum(12.5)
                            .unit("Count")
                            .extendedStatistics(Map.of("p99", 1.0))
                            .build()))
                    .build();
        });
        WireResponse response = wire.send(
                "POST",
                "/",
                "Action=GetMetricStatistics&Version=2010-08-01&Namespace=AWS%2FApiGateway&MetricName=Count"
                        + "&Dimensions.member.1.Name=ApiName&Dimensions.member.1.Value=shop"
                        + "&Dimensions.member.2.Name=Stage&Dimensions.member.2.Value=prod"
                        + "&StartTime=2026-11-22T10%3A00%3A00%2B01%3A00&EndTime=2026-11-22T10%3A00%3A00Z&Period=60"
                        + "&Statistics.member.1=Sum&Statistics.member.2=Average",
                FORM);
        assertThat(seen)
                .containsExactly(GetMetricStatisticsInput.builder()
                        .namespace("AWS/ApiGateway")
                        .metricName("Count")
                        .dimensions(List.of(new Dimension("ApiName", "shop"), new Dimension("Stage", "prod")))
                        .startTime(Instant.parse("2026-11-22T09:00:00Z"))
                        .endTime(Instant.parse("2026-11-22T10:00:00Z"))
                        .period(60)
                        .statistics(List.of("Sum", "Average"))
                        .build());
        assertThat(Wire.text(response))
                .contains("<Label>Count</Label><Datapoints><member><Timestamp>2026-11-22T09:00:00Z</Timestamp>"
                        + "<Sum>12.5</Sum><Unit>Count</Unit><ExtendedStatistics><entry><key>p99</key><value>1.0</value>"
                        + "</entry></ExtendedStatistics></member></Datapoints>");
    }
}
