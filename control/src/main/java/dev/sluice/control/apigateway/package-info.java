/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Amazon API Gateway's control plane: the operations on APIs, over stored documents, and their publication to the data plane.
 *
 * <p>Read {@link dev.sluice.control.apigateway.ApiGateway} (what there is), {@link dev.sluice.control.apigateway.ApiGatewayKinds} (what is
 * stored) and {@link dev.sluice.control.apigateway.Publisher} (how it becomes live) first. Called on virtual threads; everything may block.
 */
@NullMarked
package dev.sluice.control.apigateway;

import org.jspecify.annotations.NullMarked;
