/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire.codegen;

import java.util.List;

/**
 * A structure that becomes a record.
 *
 * @param sensitive whether a member holds a secret, so that the record must not print itself
 */
record Structure(String name, List<Member> members, boolean sensitive) {}
