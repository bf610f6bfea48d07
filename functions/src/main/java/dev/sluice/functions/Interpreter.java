/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import java.nio.file.Path;

/**
 * An installed Python that answered the probe.
 *
 * @param minor 13 for Python 3.13
 * @param executable real file, not a version manager's shim, not a virtual environment's link
 * @param prefix folder that holds its standard library ({@code sys.base_prefix})
 */
record Interpreter(int minor, Path executable, Path prefix) {
    String runtime() {
        return "python3." + minor;
    }
}
