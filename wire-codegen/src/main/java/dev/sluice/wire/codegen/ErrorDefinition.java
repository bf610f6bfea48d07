/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire.codegen;

/**
 * An error shape.
 *
 * @param code in query protocols; the shape's name where the model gives none
 * @param messageName name of the member that carries the message, {@code message} or {@code Message}
 * @param typed whether it has a {@code Type} member that tells whose fault it is
 */
record ErrorDefinition(String name, String code, int status, boolean senderFault, String messageName, boolean typed) {}
