/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.secretsmanager;

import dev.sluice.wire.Call;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.secretsmanager.GetRandomPasswordRequest;
import dev.sluice.wire.secretsmanager.GetRandomPasswordResponse;
import dev.sluice.wire.secretsmanager.SecretsManagerErrors;
import dev.sluice.wire.secretsmanager.SecretsManagerOperations;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code GetRandomPassword}; the length's range is checked before, as the model has it. Thread-safe. */
public final class PasswordOperations {
    private static final long DEFAULT_LENGTH = 32;

    private final SecureRandom random;

    public PasswordOperations(SecureRandom random) {
        this.random = random;
    }

    public void register(Handlers.Builder handlers) {
        handlers.on(SecretsManagerOperations.GET_RANDOM_PASSWORD, this::password);
    }

    private GetRandomPasswordResponse password(Call call, GetRandomPasswordRequest request) {
        return GetRandomPasswordResponse.builder()
                .randomPassword(rules(request).generate(random))
                .build();
    }

    private static PasswordRules rules(GetRandomPasswordRequest request) {
        long length = request.passwordLength() == null ? DEFAULT_LENGTH : request.passwordLength();
        String excluded = request.excludeCharacters() == null ? "" : request.excludeCharacters();
        List<String> groups = new ArrayList<>();
        add(groups, PasswordRules.LOWERCASE, !isTrue(request.excludeLowercase()), excluded);
        add(groups, PasswordRules.UPPERCASE, !isTrue(request.excludeUppercase()), excluded);
        add(groups, PasswordRules.NUMBERS, !isTrue(request.excludeNumbers()), excluded);
        add(groups, PasswordRules.PUNCTUATION, !isTrue(request.excludePunctuation()), excluded);
        add(groups, PasswordRules.SPACE, isTrue(request.includeSpace()), excluded);
        if (groups.isEmpty()) {
            throw SecretsManagerErrors.INVALID_PARAMETER.with(
                    "The parameters exclude every character of the password.");
        }
        boolean eachGroup = request.requireEachIncludedType() == null || request.requireEachIncludedType();
        if (eachGroup && length < groups.size()) {
            throw SecretsManagerErrors.INVALID_PARAMETER.with(
                    "Password length is too short based on the required types.");
        }
        return new PasswordRules((int) length, groups, eachGroup);
    }

    private static void add(List<String> groups, String characters, boolean wanted, String excluded) {
        if (!wanted) {
            return;
        }
        StringBuilder left = new StringBuilder();
        characters.chars().filter(c -> excluded.indexOf(c) < 0).forEach(c -> left.append((char) c));
        if (!left.isEmpty()) {
            groups.add(left.toString());
        }
    }

    private static boolean isTrue(@Nullable Boolean value) {
        return value != null && value;
    }
}
