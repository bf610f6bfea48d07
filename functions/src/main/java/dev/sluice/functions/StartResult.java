/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

/** The outcome of starting an environment. */
sealed interface StartResult {
    record Started(Environment environment) implements StartResult {}

    /** No environment; its slot and folders are free again. */
    sealed interface Failure extends StartResult {
        /** The user's module can't be loaded; {@code payload} is for the caller. */
        record Init(byte[] payload) implements Failure {}

        /** The process ended while it loaded the user's module; {@code how} as in {@link Environment#exitText()}. */
        record Exited(String how) implements Failure {}

        /** Loading took longer than {@link FunctionSettings#initTimeout()}. */
        record TimedOut() implements Failure {}

        /** Not the user's fault, or not the code's. */
        record Refused(InvokeResult.Reason reason, String message) implements Failure {}
    }
}
