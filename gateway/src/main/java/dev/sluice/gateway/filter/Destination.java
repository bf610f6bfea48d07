/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.filter;

import dev.sluice.gateway.RouteMatch;
import dev.sluice.gateway.Stage;
import org.jspecify.annotations.Nullable;

/** Where the requests of one path go. Of one event loop. */
final class Destination {
    private final Stage stage;
    private final String path;
    private final String canonicalPath;
    private final @Nullable String basePath;
    private final RouteMatch match;
    private @Nullable String upstreamPath;

    /**
     * @param path as it came, without what names the stage
     * @param canonicalPath of that
     * @param basePath of the custom domain; null where it is none
     */
    Destination(Stage stage, String path, String canonicalPath, @Nullable String basePath, RouteMatch match) {
        this.stage = stage;
        this.path = path;
        this.canonicalPath = canonicalPath;
        this.basePath = basePath;
        this.match = match;
    }

    Stage stage() {
        return stage;
    }

    String path() {
        return path;
    }

    String canonicalPath() {
        return canonicalPath;
    }

    @Nullable
    String basePath() {
        return basePath;
    }

    RouteMatch match() {
        return match;
    }

    /** See {@link LiveExchange#upstreamPath}. */
    @Nullable
    String upstreamPath() {
        return upstreamPath;
    }

    void keepUpstreamPath(String made) {
        upstreamPath = made;
    }
}
