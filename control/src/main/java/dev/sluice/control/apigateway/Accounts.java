/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.control.Documents;
import dev.sluice.store.Records;
import dev.sluice.wire.Call;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.apigateway.Account;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.ApiGatewayOperations;
import dev.sluice.wire.apigateway.GetAccountRequest;
import dev.sluice.wire.apigateway.UpdateAccountRequest;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The operations on the account's settings. Thread-safe. What they change is live when they return. */
final class Accounts {
    private static final List<String> FEATURES = List.of("UsagePlans");
    private static final String API_KEY_VERSION = "4";
    private static final Pattern ROLE_ARN = Pattern.compile("arn:aws[a-z-]*:iam::\\d{12}:role/.+");
    private static final List<String> PATHS = List.of("/cloudwatchRoleArn", "/features");

    private final Documents documents;
    private final Publisher publisher;
    private final ApiGatewaySettings settings;

    Accounts(Documents documents, Publisher publisher, ApiGatewaySettings settings) {
        this.documents = documents;
        this.publisher = publisher;
        this.settings = settings;
    }

    void register(Handlers.Builder handlers) {
        handlers.on(ApiGatewayOperations.GET_ACCOUNT, this::get).on(ApiGatewayOperations.UPDATE_ACCOUNT, this::update);
    }

    static AccountDocument read(Records records) {
        return Documents.get(records, ApiGatewayKinds.ACCOUNT, ApiGatewayKinds.ACCOUNT_ID)
                .orElse(AccountDocument.UNCHANGED);
    }

    /** Both numbers are there. */
    static Throttle throttle(Records records, ApiGatewaySettings settings) {
        Throttle throttle = read(records).throttle();
        return throttle == null ? settings.accountThrottle() : throttle;
    }

    private Account get(Call call, GetAccountRequest input) {
        return documents.store().read(this::shown);
    }

    private Account shown(Records records) {
        return Account.builder()
                .cloudwatchRoleArn(read(records).cloudwatchRoleArn())
                .throttleSettings(throttle(records, settings).settings())
                .features(FEATURES)
                .apiKeyVersion(API_KEY_VERSION)
                .build();
    }

    private Account update(Call call, UpdateAccountRequest input) {
        List<Patch.Op> ops = Patch.of(input.patchOperations());
        Account updated = documents.store().write(tx -> {
            AccountDocument account = read(tx);
            for (Patch.Op op : ops) {
                account = apply(account, op);
            }
            if (account.throttle() != null) {
                Throttle.checked(account.throttle());
            }
            Documents.put(tx, ApiGatewayKinds.ACCOUNT, ApiGatewayKinds.ACCOUNT_ID, account);
            return shown(tx);
        });
        publisher.accountChanged();
        return updated;
    }

    private AccountDocument apply(AccountDocument account, Patch.Op op) {
        return switch (op.segments().getFirst()) {
            case "cloudwatchRoleArn" -> account.withRole(role(op));
            case "features" -> features(account, op);
            case "throttleSettings" -> account.withThrottle(throttle(account, op, "/throttleSettings"));
            case "throttle" -> account.withThrottle(throttle(account, op, "/throttle"));
            default -> throw Patch.invalidPath(op, PATHS);
        };
    }

    private static @Nullable String role(Patch.Op op) {
        if (!op.is("replace", "/cloudwatchRoleArn")) {
            throw Patch.invalidPath(op, PATHS);
        }
        if (op.text().isEmpty()) {
            return null;
        }
        if (!ROLE_ARN.matcher(op.text()).matches()) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Invalid role ARN '" + op.text() + "' specified");
        }
        return op.text();
    }

    /** Usage plans are always on. */
    private static AccountDocument features(AccountDocument account, Patch.Op op) {
        if (!FEATURES.contains(op.text())) {
            throw ApiGatewayErrors.BAD_REQUEST.with(
                    "Invalid feature '" + op.text() + "' specified. Must be one of: " + FEATURES);
        }
        return switch (op.op()) {
            case "add" -> account;
            case "remove" -> throw ApiGatewayErrors.BAD_REQUEST.with("Usage Plans cannot be disabled once enabled");
            default -> throw Patch.invalidPath(op, PATHS);
        };
    }

    /** AWS offers no such path. */
    private @Nullable Throttle throttle(AccountDocument account, Patch.Op op, String prefix) {
        if (settings.strictAws()) {
            throw Patch.invalidPath(op, PATHS);
        }
        Throttle current = account.throttle() == null ? settings.accountThrottle() : account.throttle();
        return ThrottlePatch.apply(current, op, prefix);
    }
}
