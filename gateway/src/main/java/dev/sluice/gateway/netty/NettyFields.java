/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.netty;

import dev.sluice.gateway.Header;
import dev.sluice.gateway.filter.Fields;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decoded header fields, which nobody changes any more. */
record NettyFields(HttpHeaders headers) implements Fields {
    @Override
    public List<String> values(String name) {
        return headers.getAll(name);
    }

    @Override
    public @Nullable String first(String name) {
        return headers.get(name);
    }

    @Override
    public List<Header> all() {
        List<Header> all = new ArrayList<>(headers.size());
        for (Iterator<Map.Entry<CharSequence, CharSequence>> fields = headers.iteratorCharSequence();
                fields.hasNext(); ) {
            Map.Entry<CharSequence, CharSequence> field = fields.next();
            all.add(new Header(field.getKey().toString(), field.getValue().toString()));
        }
        return all;
    }
}
