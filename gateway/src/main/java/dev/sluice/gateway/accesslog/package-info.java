/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Access logs: a line for each request of the stages that want one, in files that rotate. Read {@code AccessLog} first, then
 * {@code LineBuffer} and {@code LogFile}. Event loops render lines and put them into the buffer; one thread writes files.
 */
@NullMarked
package dev.sluice.gateway.accesslog;

import org.jspecify.annotations.NullMarked;
