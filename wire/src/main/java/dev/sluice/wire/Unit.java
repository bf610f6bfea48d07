/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

/** The input of an operation that takes nothing, or the output of one that gives nothing. */
public record Unit() implements Structure {
    public static final Unit UNIT = new Unit();

    @Override
    public Object member(int index) {
        throw new IndexOutOfBoundsException(index);
    }
}
