/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

/** Errors that every service may answer, in no service's model; each has a name in JSON protocols and a code in query. */
public final class CommonErrors {
    public static final ErrorShape ACCESS_DENIED = error("AccessDeniedException", "AccessDenied", 403);
    public static final ErrorShape INCOMPLETE_SIGNATURE =
            error("IncompleteSignatureException", "IncompleteSignature", 403);
    public static final ErrorShape INTERNAL_FAILURE = error("InternalFailure", "InternalFailure", 500);
    public static final ErrorShape INVALID_ACTION = error("UnknownOperationException", "InvalidAction", 400);
    public static final ErrorShape INVALID_SIGNATURE = error("InvalidSignatureException", "SignatureDoesNotMatch", 403);
    public static final ErrorShape MISSING_AUTHENTICATION_TOKEN =
            error("MissingAuthenticationTokenException", "MissingAuthenticationToken", 403);
    public static final ErrorShape NOT_IMPLEMENTED = error("NotImplementedException", "NotImplementedException", 501);
    public static final ErrorShape REQUEST_EXPIRED = error("RequestExpired", "RequestExpired", 400);
    public static final ErrorShape SERIALIZATION = error("SerializationException", "MalformedInput", 400);
    public static final ErrorShape SERVICE_UNAVAILABLE =
            error("ServiceUnavailableException", "ServiceUnavailable", 503);
    public static final ErrorShape THROTTLING = error("ThrottlingException", "Throttling", 400);
    public static final ErrorShape UNKNOWN_OPERATION = error("UnknownOperationException", "InvalidAction", 404);
    public static final ErrorShape UNKNOWN_SERVICE = error("UnknownServiceException", "UnknownService", 404);
    public static final ErrorShape UNRECOGNIZED_CLIENT =
            error("UnrecognizedClientException", "InvalidClientTokenId", 403);
    public static final ErrorShape VALIDATION = error("ValidationException", "ValidationError", 400);

    private CommonErrors() {}

    private static ErrorShape error(String name, String code, int status) {
        return new ErrorShape(name, code, status, status < 500, "message", false);
    }
}
