/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import dev.sluice.gateway.explain.LoggedRefusal;
import dev.sluice.gateway.explain.RefusalLog;
import dev.sluice.server.admin.AdminHandler;
import dev.sluice.server.admin.AdminHeader;
import dev.sluice.server.admin.AdminRequest;
import dev.sluice.server.admin.AdminResponse;
import dev.sluice.wire.Authentication;
import dev.sluice.wire.Authenticator;
import dev.sluice.wire.CommonErrors;
import dev.sluice.wire.ServiceException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sluice's own API on the admin plane: {@code GET /_sluice/refusals/REQUEST-ID}, signed for the service {@code sluice} as AWS's calls are for
 * theirs. Thread-safe.
 */
final class RefusalRoutes implements AdminHandler {
    /** What calls are signed for. */
    static final String SERVICE = "sluice";

    static final String REFUSALS = "/_sluice/refusals/";

    private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final RefusalLog refusals;
    private final Authenticator authenticator;

    RefusalRoutes(RefusalLog refusals, Authenticator authenticator) {
        this.refusals = refusals;
        this.authenticator = authenticator;
    }

    @Override
    public AdminResponse handle(AdminRequest request) {
        return switch (authenticator.authenticate(AwsRoutes.wireRequest(request))) {
            case Authentication.Refused refused -> error(refused.reason());
            case Authentication.Verified verified
            when !verified.service().equals(SERVICE) ->
                error(CommonErrors.INVALID_SIGNATURE.with("Credential should be scoped to the service '" + SERVICE
                        + "', not '" + verified.service() + "'."));
            case Authentication.Verified _ -> answer(request);
        };
    }

    private AdminResponse answer(AdminRequest request) {
        if (!request.rawPath().startsWith(REFUSALS)) {
            return error(
                    404,
                    "NotFoundException",
                    request.rawPath() + ": no such call (expected: " + REFUSALS + "REQUEST-ID)");
        }
        if (!request.method().equals("GET")) {
            return error(405, "MethodNotAllowedException", request.method() + ": not allowed here (expected: GET)");
        }
        String text = request.rawPath().substring(REFUSALS.length());
        Optional<UUID> id = requestId(text);
        if (id.isEmpty()) {
            return error(400, "BadRequestException", notAnId(text));
        }
        Optional<LoggedRefusal> refusal = refusals.find(id.get());
        if (refusal.isEmpty()) {
            return error(404, "NotFoundException", unknown(id.get()));
        }
        return json(200, new Explanation(refusal.get(), refusals.crowd(refusal.get())).json());
    }

    private String unknown(UUID id) {
        return refusals.keeps()
                ? id
                        + ": no such refusal; no limit, quota or key check refused it since the start, or it is no longer among the "
                        + refusals.kept() + " latest (gateway.explainRefusals)"
                : id + ": no refusals are kept (gateway.explainRefusals is 0)";
    }

    /** Empty unless it is written as a UUID is. */
    static Optional<UUID> requestId(String text) {
        return UUID_TEXT.matcher(text).matches() ? Optional.of(UUID.fromString(text)) : Optional.empty();
    }

    /** What is wrong with a text that is no request id. */
    static String notAnId(String text) {
        return text
                + ": not a request id (expected: the x-amzn-RequestId of an answer, like 01234567-89ab-4cde-8f01-23456789abcd)";
    }

    private static AdminResponse error(ServiceException reason) {
        return error(reason.shape().httpStatus(), reason.shape().name(), reason.message());
    }

    private static AdminResponse error(int status, String type, String message) {
        AdminResponse body = json(status, JSON.createObjectNode().put("message", message));
        return new AdminResponse(
                status, List.of(body.headers().getFirst(), new AdminHeader("x-amzn-ErrorType", type)), body.body());
    }

    private static AdminResponse json(int status, tools.jackson.databind.JsonNode body) {
        return new AdminResponse(
                status,
                List.of(new AdminHeader("Content-Type", "application/json")),
                body.toString().getBytes(StandardCharsets.UTF_8));
    }
}
