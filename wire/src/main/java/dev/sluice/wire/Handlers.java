/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The handlers of the operations that are served. */
public final class Handlers {
    private final Map<Operation<?, ?>, Handler<?, ?>> handlers;
    private final UnaryOperator<RuntimeException> failures;

    private Handlers(Map<Operation<?, ?>, Handler<?, ?>> handlers, UnaryOperator<RuntimeException> failures) {
        this.handlers = Map.copyOf(handlers);
        this.failures = failures;
    }

    public static Builder builder() {
        return new Builder();
    }

    public boolean has(Operation<?, ?> operation) {
        return handlers.containsKey(operation);
    }

    /** The handler that was registered for exactly this operation, so its types are the operation's. */
    @SuppressWarnings("unchecked")
    Optional<Handler<Structure, Structure>> find(Operation<?, ?> operation) {
        return Optional.ofNullable((Handler<Structure, Structure>) handlers.get(operation));
    }

    /** What the caller is to see of a handler's failure. */
    RuntimeException translated(RuntimeException failure) {
        return failures.apply(failure);
    }

    /** Collects handlers. Not thread-safe. */
    public static final class Builder {
        private final Map<Operation<?, ?>, Handler<?, ?>> handlers = new HashMap<>();
        private UnaryOperator<RuntimeException> failures = UnaryOperator.identity();

        private Builder() {}

        /** Registers the handler of an operation; a second one for it is refused. */
        public <I extends Structure, O extends Structure> Builder on(Operation<I, O> operation, Handler<I, O> handler) {
            if (handlers.putIfAbsent(operation, handler) != null) {
                throw new IllegalArgumentException("operation: " + operation + " (expected: one without a handler)");
            }
            return this;
        }

        /** Makes a {@link ServiceException} of failures that the caller may know of; returns any other as it is. */
        public Builder translating(UnaryOperator<RuntimeException> translation) {
            failures = translation;
            return this;
        }

        public Handlers build() {
            return new Handlers(handlers, failures);
        }
    }
}
