/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

/**
 * An error of a service's model, from which handlers make the {@link ServiceException} they throw.
 *
 * @param name the shape's name, which JSON protocols send
 * @param code which the query protocol sends
 * @param httpStatus 400 to 599
 * @param senderFault whether the caller is to blame
 * @param messageName the member that carries the message: {@code message} or {@code Message}
 * @param typed whether a JSON body also has {@code Type}, {@code User} or {@code Service} (as Lambda's have)
 */
public record ErrorShape(
        String name, String code, int httpStatus, boolean senderFault, String messageName, boolean typed) {
    /** The exception to throw; the message is shown to the caller. */
    public ServiceException with(String message) {
        return new ServiceException(this, message);
    }
}
