/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.lambda;

import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes a function's resource policy as Lambda does. */
final class PolicyText {
    private static final JsonFactory JSON = new JsonFactory();

    private PolicyText() {}

    static String policy(List<Permission> permissions, String functionArn) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("Version", "2012-10-17");
            json.writeStringProperty("Id", "default");
            json.writeArrayPropertyStart("Statement");
            permissions.forEach(permission -> write(json, permission, functionArn));
            json.writeEndArray();
            json.writeEndObject();
        }
        return text.toString();
    }

    static String statement(Permission permission, String functionArn) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            write(json, permission, functionArn);
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, Permission permission, String functionArn) {
        json.writeStartObject();
        json.writeStringProperty("Sid", permission.statementId());
        json.writeStringProperty("Effect", "Allow");
        writePrincipal(json, permission.principal());
        json.writeStringProperty("Action", permission.action());
        json.writeStringProperty("Resource", functionArn);
        writeConditions(json, permission);
        json.writeEndObject();
    }

    private static void writePrincipal(JsonGenerator json, String principal) {
        if (principal.equals("*")) {
            json.writeStringProperty("Principal", principal);
            return;
        }
        json.writeObjectPropertyStart("Principal");
        if (principal.startsWith("arn:")) {
            json.writeStringProperty("AWS", principal);
        } else if (principal.indexOf('.') < 0) {
            json.writeStringProperty("AWS", "arn:aws:iam::" + principal + ":root");
        } else {
            json.writeStringProperty("Service", principal);
        }
        json.writeEndObject();
    }

    private static void writeConditions(JsonGenerator json, Permission permission) {
        Map<String, String> equals = new LinkedHashMap<>();
        if (permission.sourceAccount() != null) {
            equals.put("AWS:SourceAccount", permission.sourceAccount());
        }
        if (permission.functionUrlAuthType() != null) {
            equals.put("lambda:FunctionUrlAuthType", permission.functionUrlAuthType());
        }
        if (permission.eventSourceToken() != null) {
            equals.put("lambda:EventSourceToken", permission.eventSourceToken());
        }
        if (permission.principalOrgId() != null) {
            equals.put("aws:PrincipalOrgID", permission.principalOrgId());
        }
        String sourceArn = permission.sourceArn();
        if (equals.isEmpty() && sourceArn == null) {
            return;
        }
        json.writeObjectPropertyStart("Condition");
        if (!equals.isEmpty()) {
            json.writeObjectPropertyStart("StringEquals");
            equals.forEach(json::writeStringProperty);
            json.writeEndObject();
        }
        if (sourceArn != null) {
            json.writeObjectPropertyStart("ArnLike");
            json.writeStringProperty("AWS:SourceArn", sourceArn);
            json.writeEndObject();
        }
        json.writeEndObject();
    }
}
