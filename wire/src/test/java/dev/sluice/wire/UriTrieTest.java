/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class UriTrieTest {
    private static UriTrie trie(String... uris) {
        List<OperationModel> operations = Stream.of(uris)
                .map(uri -> new OperationModel(uri, "GET", uri, 200, OperationModel.NONE, OperationModel.NONE))
                .toList();
        return new UriTrie(new ArrayList<>(operations));
    }

    private static String find(UriTrie trie, String path, String query) {
        return trie.find("GET", path, Parameters.ofQuery(query))
                .map(match -> match.operation().name())
                .orElse("none");
    }

    @Test
    void prefersALiteralAndGoesBackFromADeadEnd() {
        UriTrie trie = trie("/a/{x}/c", "/a/b", "/a/b/d", "/a/{x}");
        assertThat(find(trie, "/a/b", "")).isEqualTo("/a/b");
        assertThat(find(trie, "/a/b/c", "")).isEqualTo("/a/{x}/c");
        assertThat(find(trie, "/a/z/", "")).isEqualTo("/a/{x}");
        assertThat(find(trie, "/a/z/d", "")).isEqualTo("none");
    }

    @Test
    void prefersMoreConstantsOfTheQuery() {
        UriTrie trie = trie("/k", "/k?mode=import", "/k?mode=import&dry=1");
        assertThat(find(trie, "/k", "mode=other")).isEqualTo("/k");
        assertThat(find(trie, "/k", "x=1&mode=import")).isEqualTo("/k?mode=import");
        assertThat(find(trie, "/k", "dry=1&mode=import")).isEqualTo("/k?mode=import&dry=1");
    }

    @Test
    void decodesEachSegmentOnItsOwn() {
        UriTrie trie = trie("/f/{name}/x");
        assertThat(trie.find("GET", "/f/a%2Fb%20+/x", Parameters.ofQuery(""))
                        .orElseThrow()
                        .labels())
                .isEqualTo(Map.of("name", "a/b +"));
        assertThat(find(trie, "/f/a/b/x", "")).isEqualTo("none");
    }

    @Test
    void letsAGreedyLabelTakeTheRest() {
        UriTrie trie = trie("/o/{key+}", "/o/{id}/sub");
        assertThat(find(trie, "/o/a/sub", "")).isEqualTo("/o/{id}/sub");
        assertThat(trie.find("GET", "/o/a/b/c", Parameters.ofQuery(""))
                        .orElseThrow()
                        .labels())
                .isEqualTo(Map.of("key", "a/b/c"));
    }
}
