/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import java.util.List;

/**
 * What holds for a whole service.
 *
 * @param protocols as AWS names them: rest-json, json, query, smithy-rpc-v2-cbor
 * @param targetPrefix before the dot in {@code X-Amz-Target}; empty when the service has no JSON protocol
 * @param jsonVersion 1.0 or 1.1
 * @param xmlNamespace of answers in XML; empty when there is none
 * @param queryCompatible whether JSON and CBOR errors also carry the query protocol's code
 * @param inputPrefix whether paths in messages on constraints start with the input's name
 */
record ServiceTraits(
        String name,
        String signingName,
        List<String> protocols,
        String apiVersion,
        String targetPrefix,
        String jsonVersion,
        String xmlNamespace,
        boolean queryCompatible,
        boolean inputPrefix) {}
