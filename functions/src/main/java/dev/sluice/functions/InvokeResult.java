/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

/** The outcome of {@link Functions#invoke}. */
public sealed interface InvokeResult {
    /** The handler returned. {@code payload} is JSON, at most {@link Functions#MAX_PAYLOAD_BYTES}. */
    record Returned(byte[] payload, InvokeReport report) implements InvokeResult {}

    /**
     * The user's code failed: it raised, could not be loaded, took too long, or its process ended.
     *
     * @param kind value for {@code X-Amz-Function-Error}; {@code Unhandled}
     * @param payload JSON with {@code errorMessage} and, but for a time-out, {@code errorType}
     */
    record FunctionError(String kind, byte[] payload, InvokeReport report) implements InvokeResult {}

    /** The function did not run: the service's own refusal or fault. */
    record Rejected(Reason reason, String message) implements InvokeResult {}

    /** Why a call did not run. */
    enum Reason {
        /** Every environment was busy, and the queue full or the wait over: TooManyRequestsException. */
        CONCURRENCY(429),
        /** The event is larger than {@link Functions#MAX_PAYLOAD_BYTES}: RequestTooLargeException. */
        PAYLOAD_TOO_LARGE(413),
        /** The runtime is unknown, or not installed and not to be replaced: InvalidRuntimeException. */
        RUNTIME(502),
        /** The code is missing or can't be unpacked: InvalidZipFileException. */
        CODE(502),
        /** The host could not start or isolate a process: ServiceException; the log has the cause. */
        HOST(502),
        /** The service is stopping: ServiceException. */
        STOPPING(503);

        private final int status;

        Reason(int status) {
            this.status = status;
        }

        /** The Invoke operation's HTTP status. */
        public int status() {
            return status;
        }
    }
}
