/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Custom domain names: their operations, base path mappings, and the certificates that are uploaded for them.
 *
 * <p>Read {@link dev.sluice.control.apigateway.domain.DomainControl} (what there is), {@code DomainDocument} (what is stored) and {@code LiveDomains}
 * (how it becomes live) first. Called on virtual threads; everything may block.
 */
@NullMarked
package dev.sluice.control.apigateway.domain;

import org.jspecify.annotations.NullMarked;
