/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.apigateway;

import dev.sluice.control.Documents;
import dev.sluice.store.Records;
import dev.sluice.wire.Call;
import dev.sluice.wire.Handlers;
import dev.sluice.wire.Unit;
import dev.sluice.wire.apigateway.ApiGatewayErrors;
import dev.sluice.wire.apigateway.ApiGatewayOperations;
import dev.sluice.wire.apigateway.GetTagsRequest;
import dev.sluice.wire.apigateway.TagResourceRequest;
import dev.sluice.wire.apigateway.UntagResourceRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The operations on the tags of whatever an ARN names. Thread-safe. */
final class Tags {
    private static final Pattern ARN = Pattern.compile("arn:aws[a-z-]*:apigateway:[^:]*:[^:]*:/([a-z]+)/(.+)");

    private final Documents documents;
    private final Map<String, TagTarget> targets = new HashMap<>();

    Tags(Documents documents, List<TagTarget> targets) {
        this.documents = documents;
        targets.forEach(target -> this.targets.put(target.collection(), target));
    }

    void register(Handlers.Builder handlers) {
        handlers.on(ApiGatewayOperations.GET_TAGS, this::get)
                .on(ApiGatewayOperations.TAG_RESOURCE, this::tag)
                .on(ApiGatewayOperations.UNTAG_RESOURCE, this::untag);
    }

    private dev.sluice.wire.apigateway.Tags get(Call call, GetTagsRequest input) {
        Named named = named(input.resourceArn());
        return dev.sluice.wire.apigateway.Tags.builder()
                .tags(documents.store().read(records -> tags(records, named)))
                .build();
    }

    private Unit tag(Call call, TagResourceRequest input) {
        return change(input.resourceArn(), tags -> {
            tags.putAll(input.tags());
            return TagRules.checked(tags);
        });
    }

    private Unit untag(Call call, UntagResourceRequest input) {
        return change(input.resourceArn(), tags -> {
            input.tagKeys().forEach(tags::remove);
            return tags;
        });
    }

    private Unit change(String arn, UnaryOperator<Map<String, String>> change) {
        Named named = named(arn);
        documents.store().<Unit>write(tx -> {
            Map<String, String> tags = change.apply(new TreeMap<>(tags(tx, named)));
            named.target().setTags(tx, named.path(), tags);
            return Unit.UNIT;
        });
        return Unit.UNIT;
    }

    private static Map<String, String> tags(Records records, Named named) {
        return named.target()
                .tags(records, named.path())
                .orElseThrow(() -> ApiGatewayErrors.NOT_FOUND.with("Invalid resource ARN specified"));
    }

    private Named named(String arn) {
        Matcher matcher = ARN.matcher(arn);
        TagTarget target = matcher.matches() ? targets.get(matcher.group(1)) : null;
        if (target == null) {
            throw ApiGatewayErrors.BAD_REQUEST.with("Invalid ARN specified in the request");
        }
        return new Named(target, matcher.group(2));
    }

    /** What an ARN names. */
    private record Named(TagTarget target, String path) {}
}
