/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An error that the caller of an operation is to see. It carries no stack trace, for it reports no fault of ours. */
public final class ServiceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ErrorShape shape;
    private final transient Map<String, @Nullable Object> details = new LinkedHashMap<>();

    ServiceException(ErrorShape shape, String message) {
        super(message, null, false, false);
        this.shape = shape;
    }

    /** Adds a member to the JSON body beside the message: a String, Number or Boolean, or null for a JSON null. */
    public ServiceException detail(String name, @Nullable Object value) {
        details.put(name, value);
        return this;
    }

    public ErrorShape shape() {
        return shape;
    }

    /** What the caller is told. */
    public String message() {
        return String.valueOf(getMessage());
    }

    Map<String, @Nullable Object> details() {
        return Collections.unmodifiableMap(details);
    }
}
