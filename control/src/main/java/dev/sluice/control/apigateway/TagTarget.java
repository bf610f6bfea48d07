/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.store.Records;
import dev.sluice.store.Transaction;
import java.util.Map;
import java.util.Optional;

/** Something that carries tags and is named by an ARN {@code arn:aws:apigateway:REGION::/PATH}. */
public interface TagTarget {
    /** The first segment of the path: restapis, usageplans, apikeys or domainnames. */
    String collection();

    /** @param path the segments after the collection; empty if there is no such thing */
    Optional<Map<String, String>> tags(Records records, String path);

    /** Replaces the tags of a thing that exists. */
    void setTags(Transaction tx, String path, Map<String, String> tags);
}
