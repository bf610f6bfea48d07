/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire.codegen;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JavaNamesTest {
    @ParameterizedTest
    @CsvSource({
        "FunctionName, functionName",
        "KMSKeyArn, kmsKeyArn",
        "ARN, arn",
        "OKActions, okActions",
        "OpenIDConnectProviderArn, openIDConnectProviderArn",
        "SSHPublicKeyId, sshPublicKeyId",
        "S3Bucket, s3Bucket",
        "restApiId, restApiId",
        "default, default_"
    })
    void namesComponentsAsTheSdkDoes(String member, String component) {
        assertThat(JavaNames.component(member)).isEqualTo(component);
    }

    @ParameterizedTest
    @CsvSource({
        "NotFoundException, NOT_FOUND",
        "GetRestApi, GET_REST_API",
        "AssumeRoleWithSAML, ASSUME_ROLE_WITH_SAML",
        "EC2ThrottledException, EC2_THROTTLED",
        "ListMFADevices, LIST_MFA_DEVICES"
    })
    void namesConstants(String shape, String constant) {
        assertThat(JavaNames.constant(shape)).isEqualTo(constant);
    }

    @Test
    void escapesLiterals() {
        assertThat(JavaNames.literal("a\"\\")).isEqualTo("\"a\\\"\\\\\"");
    }
}
