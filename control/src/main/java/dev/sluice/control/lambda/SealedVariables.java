/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.lambda;

import dev.sluice.control.Documents;
import dev.sluice.store.Vault;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Seals a function's environment variables for its record, and opens them. Thread-safe. */
final class SealedVariables {
    @SuppressWarnings({"unchecked", "rawtypes"}) // the JSON is our own: an object of strings
    private static final Documents.Kind<Map<String, String>> VARIABLES =
            new Documents.Kind<>("variables", (Class) LinkedHashMap.class);

    private final Vault vault;

    SealedVariables(Vault vault) {
        this.vault = vault;
    }

    /** Null for no variables. */
    @Nullable
    String seal(String functionName, Map<String, String> variables) {
        if (variables.isEmpty()) {
            return null;
        }
        return Base64.getEncoder().encodeToString(vault.seal(recordId(functionName), Documents.encode(variables)));
    }

    Map<String, String> open(FunctionDocument function) {
        String sealed = function.configuration().sealedEnvironment();
        if (sealed == null) {
            return Map.of();
        }
        byte[] json = vault.open(recordId(function.name()), Base64.getDecoder().decode(sealed));
        return Documents.decode(VARIABLES, json);
    }

    private static String recordId(String functionName) {
        return FunctionDocument.KIND.name() + "/" + functionName;
    }
}
