/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogFileNameTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            api              | api.log
            /aws/apigw/dev-1 | +aws+apigw+dev-1.log
            a.b_c            | a.b_c.log
            ..               | %2E..log
            .hidden          | %2Ehidden.log
            ../../etc/passwd | %2E.+..+etc+passwd.log
            a+b              | a%2Bb.log
            a%2Bb            | a%252Bb.log
            a#b              | a%23b.log
            ä                | %C3%A4.log
            """)
    void isAPlainNameInItsFolder(String destination, String file) {
        assertThat(LogFileName.of(destination)).isEqualTo(file).doesNotContain("/");
    }

    @Test
    void longNamesAreCutAndStayApart() {
        String one = LogFileName.of("/x".repeat(200) + "1");
        String two = LogFileName.of("/x".repeat(200) + "2");
        assertThat(one).hasSizeLessThan(200).isNotEqualTo(two);
    }
}
