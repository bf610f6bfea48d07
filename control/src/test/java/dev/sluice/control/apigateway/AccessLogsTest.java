/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.AccessLogFormat;
import dev.sluice.gateway.AccessLogging;
import dev.sluice.wire.ServiceException;
import dev.sluice.wire.apigateway.AccessLogSettings;
import dev.sluice.wire.apigateway.Stage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessLogsTest {
    private static final String FORMAT = "$context.requestId";

    @ParameterizedTest
    @ValueSource(
            strings = {"$context.requestId", "x $context.extendedRequestId y", "{\"id\":\"$context.requestId\"}\n"})
    void takesAFormatOfOneLineWithAnId(String format) {
        assertThatCode(() -> AccessLogs.check(settings(null, format))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$context.requestId\n$context.status",
                "$context.requestId\n\n",
                "$context.requestId\t",
                "$context.requestId\r\n"
            })
    void refusesAFormatOfMoreLines(String format) {
        assertThatThrownBy(() -> AccessLogs.check(settings(null, format)))
                .isInstanceOf(ServiceException.class)
                .hasMessage(
                        "Access Log format must be single line, new line character is allowed only at end of the format");
    }

    @Test
    void refusesAFormatLargerThanAws() {
        String largest = FORMAT + "x".repeat(3072 - FORMAT.length());
        assertThatCode(() -> AccessLogs.check(settings(null, largest))).doesNotThrowAnyException();
        assertThatThrownBy(() -> AccessLogs.check(settings(null, largest + "x")))
                .hasMessage("Access Log format must not be larger than 3072 bytes");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            arn:aws:logs:eu-central-1:123456789012:log-group:api,            api
            arn:aws:logs:eu-central-1:123456789012:log-group:/aws/api/x:*,   /aws/api/x
            arn:aws-cn:logs:cn-north-1:123456789012:log-group:a.b_c#d-e,     a.b_c#d-e
            arn:aws:firehose:us-east-1:123456789012:deliverystream/amazon-apigateway-x, amazon-apigateway-x
            """)
    void aLogHasTheNameOfItsGroupOrStream(String destination, String name) {
        AccessLogSettings settings = settings(destination, FORMAT);
        AccessLogs.check(settings);
        assertThat(AccessLogs.of(Stage.builder().accessLogSettings(settings).build()))
                .isEqualTo(new AccessLogging(name, AccessLogFormat.of(FORMAT)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "arn:aws:logs:r:1:log-group:",
                "arn:aws:logs:r:1:log-group:a:log-stream:b",
                "arn:aws:logs:r:1:log-group:a b",
                "arn:aws:logs:r:1:log-group:a\nb",
                "arn:aws:s3:::bucket",
                "arn:aws:firehose:r:1:deliverystream/",
                "arn:aws:firehose:r:1:deliverystream/amazon-apigateway-x/y"
            })
    void refusesWhatIsNoDestination(String destination) {
        assertThatThrownBy(() -> AccessLogs.check(settings(destination, FORMAT)))
                .hasMessage(
                        "The ARN must be a valid CloudWatch Logs log group or Kinesis Data Firehose delivery stream");
    }

    @Test
    void aStageWithOnlyOneMemberOrAnUnusableFormatDoesNotLog() {
        String destination = "arn:aws:logs:us-east-1:1:log-group:x";
        for (AccessLogSettings settings : new AccessLogSettings[] {
            settings(destination, null), settings(null, FORMAT), settings(destination, FORMAT + "\nx")
        }) {
            assertThat(AccessLogs.of(Stage.builder().accessLogSettings(settings).build()))
                    .isNull();
        }
        assertThat(AccessLogs.of(Stage.builder().build())).isNull();
    }

    private static AccessLogSettings settings(@Nullable String destination, @Nullable String format) {
        return AccessLogSettings.builder()
                .destinationArn(destination)
                .format(format)
                .build();
    }
}
