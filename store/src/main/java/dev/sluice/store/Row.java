/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.store;

/**
 * One record as kept. The array is the caller's own copy.
 *
 * @param sequence the record's place in the order of creation over all kinds; an overwritten record keeps its own, no number is used twice
 */
@SuppressWarnings("ArrayRecordComponent") // bodies are opaque bytes that nobody compares
public record Row(String id, byte[] body, long sequence) {}
