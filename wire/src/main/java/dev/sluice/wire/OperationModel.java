/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

/**
 * An operation as the model tells it.
 *
 * @param status the HTTP status of success
 * @param input number of the input's type, or {@link #NONE}
 * @param output number of the output's type, or {@link #NONE}
 */
record OperationModel(String name, String method, String uri, int status, int input, int output) {
    static final int NONE = -1;
}
