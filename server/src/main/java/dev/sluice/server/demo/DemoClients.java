/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server.demo;

import dev.sluice.server.folder.CredentialsFile;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.apigateway.ApiGatewayClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.lambda.LambdaClient;

/** The AWS SDK's clients, pointed at a server. They take nothing from this machine's AWS configuration. */
record DemoClients(
        ApiGatewayClient apiGateway,
        LambdaClient lambda,
        CloudWatchClient cloudWatch,
        IamClient iam,
        SdkHttpClient http)
        implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    static DemoClients of(URI admin, CredentialsFile.Profile profile) {
        var http = ApacheHttpClient.builder()
                .connectionTimeout(TIMEOUT)
                .socketTimeout(TIMEOUT)
                .build();
        return new DemoClients(
                set(ApiGatewayClient.builder(), http, admin, profile).build(),
                set(LambdaClient.builder(), http, admin, profile).build(),
                set(CloudWatchClient.builder(), http, admin, profile).build(),
                set(IamClient.builder(), http, admin, profile).build(),
                http);
    }

    private static <B extends AwsClientBuilder<B, ?> & AwsSyncClientBuilder<B, ?>> B set(
            B builder, SdkHttpClient http, URI admin, CredentialsFile.Profile profile) {
        var key = AwsBasicCredentials.create(
                profile.key().accessKeyId(), profile.key().secretAccessKey());
        return builder.httpClient(http)
                .endpointOverride(admin)
                .region(Region.of(profile.region()))
                .credentialsProvider(StaticCredentialsProvider.create(key))
                .overrideConfiguration(override ->
                        override.defaultProfileFile(ProfileFile.aggregator().build()));
    }

    @Override
    public void close() {
        apiGateway.close();
        lambda.close();
        cloudWatch.close();
        iam.close();
        http.close();
    }
}
