/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.store.StoreException;
import dev.sluice.store.StoreException.Code;
import dev.sluice.wire.Authentication;
import dev.sluice.wire.Caller;
import dev.sluice.wire.Dispatcher;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.Header;
import dev.sluice.wire.WireRequest;
import dev.sluice.wire.WireResponse;
import dev.sluice.wire.apigateway.ApiGatewayOperations;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StoreFailuresTest {
    @ParameterizedTest
    @EnumSource(names = {"DISK_FULL", "BUSY", "IO"})
    void aFolderThatFailsForNowIsUnavailableAndSaysWhy(Code code) {
        WireResponse response = answer(new StoreException(code, "config.db: no space left"));
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.header("x-amzn-ErrorType")).hasValue("ServiceUnavailableException");
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains("config.db: no space left");
    }

    @Test
    void anyOtherFailureStaysInside() {
        WireResponse response = answer(new IllegalStateException("secret detail"));
        assertThat(response.status()).isEqualTo(500);
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).doesNotContain("secret detail");
    }

    private static WireResponse answer(RuntimeException failure) {
        Handlers handlers = Handlers.builder()
                .translating(StoreFailures::translate)
                .on(ApiGatewayOperations.GET_ACCOUNT, (_, _) -> {
                    throw failure;
                })
                .build();
        Caller caller =
                new Caller("123456789012", "AKIATEST", "arn:aws:iam::123456789012:user/administrator", "AIDATEST");
        return new Dispatcher(
                        List.of(ApiGatewayOperations.model()),
                        handlers,
                        _ -> new Authentication.Verified(caller, "apigateway", "us-east-1"))
                .dispatch(new WireRequest(
                        "GET", "/account", null, List.of(new Header("Host", "localhost")), new byte[0], "127.0.0.1"));
    }
}
