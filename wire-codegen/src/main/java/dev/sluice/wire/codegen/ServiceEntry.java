/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire.codegen;

/**
 * One line of {@code services.json}: a service to generate.
 *
 * @param name our name of it: last part of the package, name of the overlay file and of the trimmed model
 * @param prefix start of the generated class names, such as {@code ApiGateway}
 * @param signingName the service in the credential scope of a signature
 * @param model the entry in the jar of models, without {@code models/} and {@code -model.json}
 */
record ServiceEntry(String name, String prefix, String signingName, String model) {}
