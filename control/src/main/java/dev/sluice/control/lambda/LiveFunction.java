/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.lambda;

import dev.sluice.functions.FunctionSpec;
import java.util.List;

/** A function as calls need it: what to run, and who may call it. Immutable. */
public final class LiveFunction {
    private final FunctionSpec spec;
    private final List<Permission> permissions;

    LiveFunction(FunctionSpec spec, List<Permission> permissions) {
        this.spec = spec;
        this.permissions = List.copyOf(permissions);
    }

    public FunctionSpec spec() {
        return spec;
    }

    /**
     * Whether the function's resource policy lets a service of an account invoke it.
     *
     * @param service such as {@code apigateway.amazonaws.com}
     * @param sourceArns the ways in which the source may be named; one must match a statement's pattern
     */
    public boolean allowsInvoke(String service, String account, List<String> sourceArns) {
        for (Permission permission : permissions) {
            if (permission.allowsInvoke(service, account, sourceArns)) {
                return true;
            }
        }
        return false;
    }
}
