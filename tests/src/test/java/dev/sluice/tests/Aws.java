/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.apigateway.ApiGatewayClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sts.StsClient;

/** The unmodified AWS SDK for Java's clients, pointed at a server. */
record Aws(
        ApiGatewayClient apigateway,
        LambdaClient lambda,
        CloudWatchClient cloudwatch,
        IamClient iam,
        StsClient sts,
        SecretsManagerClient secretsmanager)
        implements AutoCloseable {
    static final String ACCOUNT = "123456789012";
    static final String REGION = "us-east-1";

    static Aws of(URI endpoint, Path credentialsFile) {
        Map<String, String> profile = profile(credentialsFile);
        return of(
                endpoint,
                Region.of(REGION),
                AwsBasicCredentials.create(
                        profile.getOrDefault("aws_access_key_id", ""),
                        profile.getOrDefault("aws_secret_access_key", "")));
    }

    static Aws of(URI endpoint, Region region, AwsBasicCredentials credentials) {
        AwsCredentialsProvider provider = StaticCredentialsProvider.create(credentials);
        return new Aws(
                build(ApiGatewayClient.builder(), endpoint, region, provider),
                build(LambdaClient.builder(), endpoint, region, provider),
                build(CloudWatchClient.builder(), endpoint, region, provider),
                build(IamClient.builder(), endpoint, region, provider),
                build(StsClient.builder(), endpoint, region, provider),
                build(SecretsManagerClient.builder(), endpoint, region, provider));
    }

    private static <B extends AwsClientBuilder<B, C>, C> C build(
            B builder, URI endpoint, Region region, AwsCredentialsProvider credentials) {
        return builder.endpointOverride(endpoint)
                .region(region)
                .credentialsProvider(credentials)
                .overrideConfiguration(ClientOverrideConfiguration.builder()
                        .retryStrategy(RetryMode.STANDARD)
                        .build())
                .build();
    }

    /** The profile [default] of a shared credentials file. */
    static Map<String, String> profile(Path credentialsFile) {
        Map<String, String> values = new HashMap<>();
        try {
            for (String line : Files.readAllLines(credentialsFile)) {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    values.put(
                            line.substring(0, equals).strip(),
                            line.substring(equals + 1).strip());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return values;
    }

    @Override
    public void close() {
        apigateway.close();
        lambda.close();
        cloudwatch.close();
        iam.close();
        sts.close();
        secretsmanager.close();
    }
}
