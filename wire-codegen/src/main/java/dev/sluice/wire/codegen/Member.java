/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire.codegen;

/**
 * A member of a structure.
 *
 * @param name in the model
 * @param component the record component
 * @param wireName on the wire: {@code locationName} of the model, else the name
 * @param location one of body, uri, querystring, header, headers, statusCode, payload
 * @param shape of the model
 * @param type line of the trimmed model
 * @param required whether its absence is refused before a handler runs
 */
record Member(
        String name, String component, String wireName, String location, String shape, int type, boolean required) {}
