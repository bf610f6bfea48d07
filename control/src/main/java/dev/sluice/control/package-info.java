/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The AWS-compatible operations, one sub-package per service, over stored documents; what they change is live in the data plane when they
 * return. Read {@link dev.sluice.control.Documents} first. Everything here runs on virtual threads and may block.
 */
@NullMarked
package dev.sluice.control;

import org.jspecify.annotations.NullMarked;
