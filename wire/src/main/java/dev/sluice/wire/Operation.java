/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

/**
 * An operation of a service, typed by what it takes and gives; the generated constants are all there are.
 *
 * @param service the service's name here, such as {@code apigateway} or {@code cloudwatch}
 * @param name in the service's model, such as {@code CreateRestApi}
 */
public record Operation<I extends Structure, O extends Structure>(String service, String name) {}
