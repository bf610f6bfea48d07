/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.iam;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A role's trust policy ("assume role policy document"): who may assume it. Conditions narrow a grant to callers that are not known here. */
final class TrustPolicy {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final Set<String> VERSIONS = Set.of("2012-10-17", "2008-10-17");
    private static final Set<String> PROHIBITED = Set.of("Resource", "NotResource");

    private final List<Statement> statements;

    private TrustPolicy(List<Statement> statements) {
        this.statements = statements;
    }

    /** The outcome of {@link #parse}. */
    sealed interface Check {
        record Valid(TrustPolicy policy) implements Check {}

        /** @param message in AWS's words */
        record Malformed(String message) implements Check {}
    }

    static Check parse(String text) {
        JsonNode root;
        try {
            root = JSON.readTree(text);
        } catch (JacksonException e) {
            return new Check.Malformed("This policy contains invalid Json");
        }
        if (!root.isObject()) {
            return new Check.Malformed("This policy contains invalid Json");
        }
        JsonNode version = root.path("Version");
        if (!version.isMissingNode() && !VERSIONS.contains(version.asString(""))) {
            return new Check.Malformed("The policy must contain a valid version string");
        }
        List<Statement> statements = new ArrayList<>();
        for (JsonNode node : each(root.path("Statement"))) {
            String problem = problemOf(node);
            if (problem != null) {
                return new Check.Malformed(problem);
            }
            statements.add(new Statement(
                    node.path("Effect").asString("").equals("Allow"), node.path("Principal"), node.path("Action")));
        }
        return statements.isEmpty()
                ? new Check.Malformed("Syntax errors in policy.")
                : new Check.Valid(new TrustPolicy(List.copyOf(statements)));
    }

    private static @Nullable String problemOf(JsonNode statement) {
        if (!statement.isObject()) {
            return "Syntax errors in policy.";
        }
        for (String field : PROHIBITED) {
            if (statement.has(field)) {
                return "Has prohibited field " + field;
            }
        }
        String effect = statement.path("Effect").asString("");
        if (!effect.equals("Allow") && !effect.equals("Deny")) {
            return "Syntax errors in policy.";
        }
        JsonNode principal = statement.path("Principal");
        boolean anyone = principal.isString() && principal.asString().equals("*");
        if (!anyone && !principal.isObject() && !statement.has("NotPrincipal")) {
            return "Missing required field Principal";
        }
        List<JsonNode> actions = each(statement.path("Action"));
        if (actions.isEmpty() && !statement.has("NotAction")) {
            return "Missing required field Action";
        }
        for (JsonNode action : actions) {
            String name = action.asString("");
            if (!name.startsWith("sts:") && !name.equals("*")) {
                return "AssumeRole policy may only specify STS AssumeRole actions.";
            }
        }
        return null;
    }

    /** Whether a statement allows the service to assume the role, and none denies it. */
    boolean trusts(String service) {
        boolean allowed = false;
        for (Statement statement : statements) {
            if (statement.covers(service)) {
                if (!statement.allow()) {
                    return false;
                }
                allowed = true;
            }
        }
        return allowed;
    }

    /** A value that may stand alone or in an array. */
    private static List<JsonNode> each(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return List.of();
        }
        return node.isArray() ? List.copyOf(node.values()) : List.of(node);
    }

    private record Statement(boolean allow, JsonNode principal, JsonNode action) {
        boolean covers(String service) {
            boolean principalMatches = principal.isString() || named(principal.path("Service"), service, "*");
            return principalMatches && named(action, "sts:AssumeRole", "sts:*", "*");
        }

        private static boolean named(JsonNode node, String... names) {
            for (JsonNode one : each(node)) {
                for (String name : names) {
                    if (one.asString("").equalsIgnoreCase(name)) {
                        return true;
                    }
                }
            }
            return false;
        }
    }
}
