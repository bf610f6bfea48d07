/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

/** One of AWS's ways to carry operations over HTTP. */
sealed interface Protocol permits RestJsonProtocol, JsonProtocol, QueryProtocol, CborProtocol {
    /** Which operation a request calls, or a ServiceException when the service has no such one. */
    UriTrie.Match resolve(ServiceModel model, WireRequest request);

    /** The members of the operation's input, in the model's order; {@code shape} is the input's. */
    @org.jspecify.annotations.Nullable
    Object[] decode(ServiceModel model, Shape.Aggregate shape, UriTrie.Match match, WireRequest request);

    /** The answer of success; headers that all answers have are added later. */
    WireResponse encode(ServiceModel model, OperationModel operation, Structure output, String requestId);

    /** The answer of failure. */
    WireResponse error(ErrorAnswer error);
}
