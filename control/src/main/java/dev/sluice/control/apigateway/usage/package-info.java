/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * API keys, usage plans and what was used. {@link dev.sluice.control.apigateway.usage.LivePlans} keeps the data plane's view of the documents
 * that the handlers write; its changes are live before a call is answered.
 */
@NullMarked
package dev.sluice.control.apigateway.usage;

import org.jspecify.annotations.NullMarked;
