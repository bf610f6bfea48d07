/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.server;

import dev.sluice.functions.FunctionSettings;
import dev.sluice.functions.FunctionSettings.IsolationMode;
import dev.sluice.server.settings.Settings;

/** The settings of the module functions, out of the server's. */
final class FunctionOptions {
    private FunctionOptions() {}

    static FunctionSettings of(Settings.Functions settings) {
        return FunctionSettings.builder()
                .isolation(
                        switch (settings.isolation()) {
                            case AUTO -> IsolationMode.AUTO;
                            case SANDBOX -> IsolationMode.SANDBOX;
                            case UNPRIVILEGED -> IsolationMode.UNPRIVILEGED;
                            case PROCESS -> IsolationMode.PROCESS;
                        })
                .allowUnsandboxed(settings.allowUnsandboxed())
                .runtimeFallback(
                        switch (settings.runtimeFallback()) {
                            case NEAREST -> FunctionSettings.RuntimeFallback.NEAREST;
                            case REFUSE -> FunctionSettings.RuntimeFallback.REFUSE;
                        })
                .runtimes(settings.runtimes())
                .maxEnvironments(settings.maxEnvironments())
                .build();
    }
}
