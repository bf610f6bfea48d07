/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.control.secretsmanager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.Services;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PasswordOperationsTest {
    private Services services;

    @BeforeAll
    void open(@TempDir Path folder) {
        services = new Services(folder);
    }

    @AfterAll
    void close() {
        services.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {}                                                            | .{32}
                    {'PasswordLength':4}                                          | .{4}
                    {'PasswordLength':4096}                                       | .{4096}
                    {'ExcludePunctuation':true,'ExcludeUppercase':true,'PasswordLength':6,'RequireEachIncludedType':true} | (?=.*[a-z])(?=.*[0-9])[a-z0-9]{6}
                    {'ExcludeNumbers':true,'ExcludePunctuation':true}             | [a-zA-Z]{32}
                    {'ExcludeLowercase':true,'ExcludeUppercase':true,'ExcludePunctuation':true,'IncludeSpace':true} | (?=.*[ ])[0-9 ]{32}
                    {'ExcludeCharacters':'0123456789','ExcludePunctuation':true}  | [a-zA-Z]{32}
                    {'PasswordLength':1,'RequireEachIncludedType':false}          | .
                    """)
    void makesPasswordsOfTheAskedCharacters(String request, String pattern) {
        for (int i = 0; i < 20; i++) {
            assertThat(password(request).json().path("RandomPassword").asString(""))
                    .matches("(?s)" + pattern);
        }
    }

    @Test
    void hasEachTypeByDefault() {
        for (int i = 0; i < 100; i++) {
            assertThat(password("{'PasswordLength':4}")
                            .json()
                            .path("RandomPassword")
                            .asString(""))
                    .containsPattern("[a-z]")
                    .containsPattern("[A-Z]")
                    .containsPattern("[0-9]")
                    .containsPattern("[!-/:-@\\[-`{-~]");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"PasswordLength":3}   | InvalidParameterException | too short
                    {"PasswordLength":4097} | ValidationException      | 4096
                    {"PasswordLength":0}   | ValidationException       | greater than or equal to 1
                    {"ExcludeLowercase":true,"ExcludeUppercase":true,"ExcludeNumbers":true,"ExcludePunctuation":true} | InvalidParameterException | exclude every character
                    """)
    void refusesWhatCannotBe(String request, String error, String message) {
        Services.Answer refused = password(request);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).contains(error, message);
    }

    @Test
    void drawsUniformlyFromAllThatObey() {
        PasswordRules rules = new PasswordRules(3, List.of("ab", "1"), true);
        Random random = new Random(42);
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < 18_000; i++) {
            counts.merge(rules.generate(random), 1, Integer::sum);
        }

        // Of 27 words 8 have no digit and 1 has no letter.
        assertThat(counts).hasSize(18);
        assertThat(counts.values()).allMatch(count -> count > 850 && count < 1150);
    }

    private Services.Answer password(String request) {
        return services.json("secretsmanager", "secretsmanager.GetRandomPassword", "1.1", request);
    }
}
