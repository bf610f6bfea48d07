/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class OverlayTest {
    private static String merged(String target, String overlay) {
        JsonMapper mapper = new JsonMapper();
        ObjectNode node = (ObjectNode) mapper.readTree(target.replace('\'', '"'));
        Overlay.merge(node, (ObjectNode) mapper.readTree(overlay.replace('\'', '"')));
        return node.toString().replace('"', '\'');
    }

    @Test
    void mergesObjectsAndReplacesTheRest() {
        assertThat(merged("{'a':{'b':1,'c':[1]}}", "{'a':{'c':[2],'d':3}}")).isEqualTo("{'a':{'b':1,'c':[2],'d':3}}");
    }

    @Test
    void removesByNull() {
        assertThat(merged("{'a':{'b':1,'c':2}}", "{'a':{'b':null}}")).isEqualTo("{'a':{'c':2}}");
        assertThatThrownBy(() -> merged("{'a':1}", "{'b':null}")).hasMessageContaining("removes b");
    }

    @Test
    void addsToAndTakesFromLists() {
        assertThat(merged("{'a':['x','y']}", "{'a+':['z'],'a-':['x']}")).isEqualTo("{'a':['y','z']}");
        assertThatThrownBy(() -> merged("{'a':['x']}", "{'a-':['z']}")).hasMessageContaining("takes \"z\"");
    }
}
