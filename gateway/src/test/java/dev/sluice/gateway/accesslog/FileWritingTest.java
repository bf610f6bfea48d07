/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.gateway.accesslog;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The writing thread on real files. */
class FileWritingTest {
    private static final int PLENTY = 1 << 20;

    @TempDir
    private Path temporary;

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L);
    private final LineBuffer buffer = new LineBuffer(PLENTY);
    private final FileWriting writing = new FileWriting(buffer, nanos::get);
    private final Thread thread = Thread.ofPlatform().daemon().start(writing);

    @AfterEach
    void stop() throws InterruptedException {
        buffer.close();
        assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void aLineIsInTheFileSoonThoughNoOtherFollows() throws Exception {
        add(file(PLENTY, 1), "one\n");
        await(() -> writing.written() == 1);
        assertThat(path()).hasContent("one\n");
    }

    @Test
    void closingWritesWhatWaits() throws Exception {
        for (int i = 0; i < 1000; i++) {
            add(file(PLENTY, 1), "line " + i + "\n");
        }
        stop();
        assertThat(Files.readAllLines(path()))
                .hasSize(1000)
                .startsWith("line 0")
                .endsWith("line 999");
        assertThat(writing.written()).isEqualTo(1000);
    }

    @Test
    void appendsToWhatIsThereAndEndsATornLine() throws Exception {
        Files.createDirectories(path().getParent());
        Files.writeString(path(), "old\ntor");
        add(file(PLENTY, 1), "new\n");
        stop();
        assertThat(path()).hasContent("old\ntor\nnew\n");
    }

    @Test
    void setsFullFilesAsideAndKeepsAsManyAsItMay() throws Exception {
        LogFile file = file(100, 2);
        String filling = "x".repeat(98) + "\n";
        for (int i = 0; i < 5; i++) {
            add(file, i + filling);
            int lines = i + 1;
            await(() -> writing.written() == lines);
        }
        assertThat(path()).hasContent("4" + filling);
        assertThat(aside(1)).hasContent("3" + filling);
        assertThat(aside(2)).hasContent("2" + filling);
        assertThat(names()).containsExactly("a.log", "a.log.1", "a.log.2");
    }

    @Test
    void rotatesWithinABurstAtLineEnds() throws Exception {
        LogFile file = file(200_000, 50);
        List<String> all = new ArrayList<>();
        for (int i = 0; i < 8_000; i++) {
            String line = i + "-".repeat(100);
            all.add(line);
            add(file, line + "\n");
        }
        stop();
        assertThat(writing.written()).isEqualTo(8_000);
        List<String> found = new ArrayList<>();
        for (int i = names().size() - 1; i > 0; i--) {
            assertThat(Files.size(aside(i))).isLessThanOrEqualTo(200_000);
            found.addAll(Files.readAllLines(aside(i)));
        }
        found.addAll(Files.readAllLines(path()));
        assertThat(found).isEqualTo(all);
    }

    @Test
    void withNothingKeptStartsOver() throws Exception {
        LogFile file = file(10, 0);
        add(file, "first--\n");
        await(() -> writing.written() == 1);
        add(file, "second-\n");
        await(() -> writing.written() == 2);
        assertThat(path()).hasContent("second-\n");
        assertThat(names()).containsExactly("a.log");
    }

    @Test
    void aLineLongerThanAChunkIsWrittenWhole() throws Exception {
        LogFile file = file(PLENTY, 1);
        String line = "y".repeat(100_000) + "\n";
        add(file, "before\n");
        add(file, line);
        add(file, "after\n");
        stop();
        assertThat(path()).hasContent("before\n" + line + "after\n");
        assertThat(writing.written()).isEqualTo(3);
    }

    @Test
    void keepsLogsApart() throws Exception {
        LogFile one = file(PLENTY, 1);
        LogFile two = new LogFile(path().resolveSibling("b.log"), PLENTY, 1);
        for (int i = 0; i < 10; i++) {
            add(one, "one " + i + "\n");
            add(two, "two " + i + "\n");
        }
        stop();
        assertThat(Files.readAllLines(path())).hasSize(10).allMatch(line -> line.startsWith("one"));
        assertThat(Files.readAllLines(path().resolveSibling("b.log")))
                .hasSize(10)
                .allMatch(line -> line.startsWith("two"));
    }

    @Test
    void aRemovedFolderIsMadeAnew() throws Exception {
        LogFile file = file(PLENTY, 1);
        add(file, "one\n");
        await(() -> writing.written() == 1);
        Files.delete(path());
        Files.delete(path().getParent());
        add(file, "two\n");
        await(() -> writing.written() == 2);
        assertThat(path()).hasContent("two\n");
        assertThat(writing.failed()).isZero();
    }

    @Test
    void aFileThatWasMovedAwayIsLeftAlone() throws Exception {
        LogFile file = file(PLENTY, 1);
        add(file, "one\n");
        await(() -> writing.written() == 1);
        Files.move(path(), path().resolveSibling("moved"));
        add(file, "two\n");
        await(() -> writing.written() == 2);
        assertThat(path().resolveSibling("moved")).hasContent("one\n");
        assertThat(path()).hasContent("two\n");
    }

    @Test
    void aFullDiskCostsItsLinesAndNoOthers() throws Exception {
        Files.createDirectories(path().getParent());
        Files.createSymbolicLink(path(), Path.of("/dev/full"));
        LogFile full = file(PLENTY, 1);
        LogFile good = new LogFile(path().resolveSibling("b.log"), PLENTY, 1);
        for (int i = 0; i < 3; i++) {
            add(full, "lost\n");
            add(good, "kept\n");
        }
        await(() -> writing.failed() == 3 && writing.written() == 3);
        assertThat(Files.readAllLines(path().resolveSibling("b.log"))).hasSize(3);
        Files.delete(path());
        add(full, "again\n");
        await(() -> writing.written() == 4);
        assertThat(path()).hasContent("again\n");
    }

    @Test
    void aFolderThatCannotBeMadeCostsTheLines() throws Exception {
        Files.writeString(temporary.resolve("logs"), "no folder");
        LogFile file = file(PLENTY, 1);
        add(file, "one\n");
        await(() -> writing.failed() == 1);
        Files.delete(temporary.resolve("logs"));
        add(file, "two\n");
        await(() -> writing.written() == 1);
        assertThat(path()).hasContent("two\n");
    }

    @Test
    void aFailingDiskIsReportedOnceAMinute() throws Exception {
        ListAppender<ILoggingEvent> reports = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(FileWriting.class);
        logger.addAppender(reports);
        reports.start();
        try {
            Files.writeString(temporary.resolve("logs"), "no folder");
            for (int i = 1; i <= 4; i++) {
                add(file(PLENTY, 1), "lost\n");
                int lost = i;
                await(() -> writing.failed() == lost);
                nanos.addAndGet(Duration.ofSeconds(25).toNanos());
            }
        } finally {
            logger.detachAppender(reports);
        }
        assertThat(reports.list)
                .hasSize(2)
                .allSatisfy(report -> assertThat(report.getFormattedMessage())
                        .startsWith("access log " + path() + " cannot be written, its lines are dropped: "));
    }

    private LogFile file(long maxBytes, int kept) {
        return new LogFile(path(), maxBytes, kept);
    }

    private Path path() {
        return temporary.resolve("logs/a.log");
    }

    private Path aside(int number) {
        return temporary.resolve("logs/a.log." + number);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(temporary.resolve("logs"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private void add(LogFile file, String line) {
        byte[] bytes = line.getBytes(US_ASCII);
        assertThat(buffer.add(file, bytes, bytes.length)).isTrue();
    }

    private static void await(BooleanSupplier reached) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!reached.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
            LockSupport.parkNanos(5_000_000);
        }
    }
}
