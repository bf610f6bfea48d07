/*
 * SPDX-FileCopyrightText: The Sluice authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.sluice.functions;

import static dev.sluice.functions.FunctionsFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What functions can and can't see; needs bubblewrap, as {@code auto} is expected to find it. */
final class IsolationTest {
    private static final String LOOK = """
            import os
            def readable(path):
                try:
                    with open(path, 'rb') as file: file.read(1)
                    return True
                except OSError: return False
            def writable(path):
                try:
                    with open(path, 'ab'): return True
                except OSError: return False
            def handle(event, context):
                status = open('/proc/self/status').read()
                return {
                    'uid': os.getuid(),
                    'groups': os.getgroups(),
                    'capabilities': [line for line in status.splitlines() if line.startswith('Cap')],
                    'newPrivileges': 'NoNewPrivs:\\t1' in status,
                    'readable': [path for path in event['secrets'] if readable(path)],
                    'writable': [path for path in event['places'] if writable(path)],
                    'processes': len([name for name in os.listdir('/proc') if name.isdigit()]),
                    'variables': sorted(os.environ),
                    'other': os.listdir('/tmp'),
                    'made': open('/tmp/mine', 'w').write('x'),
                }
            """;

    @TempDir
    Path folder;

    @Test
    void aSandboxedFunctionSeesNothingOfTheServer() throws IOException {
        Path key = Files.writeString(folder.resolve("master.key"), "secret");
        Path open = Files.writeString(folder.resolve("open.txt"), "readable for all");
        try (var fixture = new FunctionsFixture(folder.resolve("functions"))) {
            assertThat(fixture.functions.isolation().level()).isEqualTo(Isolation.Level.SANDBOX);
            for (String runtime : fixture.functions.runtimes().installed()) {
                var function = fixture.python(LOOK).environment("MINE", "it's \"mine\"\n$HOME");
                function.runtime = runtime;

                InvokeResult result =
                        function.call("{\"secrets\": [\"/etc/shadow\", \"/etc/hostname\", \"" + key + "\", \""
                                + open + "\"], \"places\": [\"/x\", \"/var/task/x\","
                                + " \"/var/runtime/x\", \"/run/sluice/x\", \"/etc/x\", \"/usr/x\", \"/dev/x\", \"/dev/shm/x\","
                                + " \"/proc/sys/kernel/core_pattern\"]}");

                assertThat(text(result))
                        .as(runtime)
                        .contains("\"readable\": []", "\"writable\": []", "\"groups\": []", "\"newPrivileges\": true")
                        .contains("\"other\": []", "\"processes\": 2")
                        .doesNotContain("\"uid\": 0")
                        .doesNotContainPattern("Cap\\w+:\\\\t0*[1-9a-f]")
                        .doesNotContain("JAVA_HOME", "SUREFIRE");
            }
        }
    }

    @Test
    void theFunctionGetsItsVariablesAndLambdas() {
        try (var fixture = new FunctionsFixture(folder)) {
            var function = fixture.python("import os\ndef handle(event, context): return dict(os.environ)")
                    .environment("MINE", "it's \"mine\"\n$HOME")
                    .environment("TZ", "Europe/Berlin");
            String variables = text(function.call(
                    "{}", new InvokeContext("i", function.arn(), "Root=1-2", null, null, function.maxWait, false)));
            assertThat(variables)
                    .contains("\"MINE\": \"it's \\\"mine\\\"\\n$HOME\"", "\"TZ\": \"Europe/Berlin\"")
                    .contains("\"_HANDLER\": \"handler.handle\"", "\"LAMBDA_TASK_ROOT\": \"/var/task\"")
                    .contains("\"AWS_REGION\": \"eu-west-1\"", "\"AWS_LAMBDA_FUNCTION_NAME\": \"" + function.name)
                    .contains(
                            "\"AWS_EXECUTION_ENV\": \"AWS_Lambda_" + function.runtime,
                            "\"LAMBDA_RUNTIME_DIR\": \"/var/runtime\"")
                    .contains("\"AWS_LAMBDA_FUNCTION_MEMORY_SIZE\": \"128\"", "\"_X_AMZN_TRACE_ID\": \"Root=1-2\"")
                    .contains("\"AWS_LAMBDA_LOG_GROUP_NAME\": \"/aws/lambda/" + function.name);
        }
    }

    @Test
    void theContextIsLambdas() {
        try (var fixture = new FunctionsFixture(folder)) {
            var function = fixture.python("""
                    def handle(event, context):
                        left = context.get_remaining_time_in_millis()
                        return [context.aws_request_id, context.function_name, context.function_version,
                                context.memory_limit_in_mb, context.invoked_function_arn, context.log_group_name,
                                context.client_context.custom, context.client_context.client.app_title,
                                context.identity.cognito_identity_id, 15000 < left <= 20000, event]
                    """);
            InvokeContext context = new InvokeContext(
                    "id-1",
                    function.arn() + ":live",
                    null,
                    "{\"custom\": {\"a\": 1}, \"client\": {\"app_title\": \"t\"}}",
                    "{\"cognitoIdentityId\": \"who\"}",
                    function.maxWait,
                    false);
            assertThat(text(function.call("", context)))
                    .isEqualTo("[\"id-1\", \"" + function.name + "\", \"$LATEST\", \"128\", \"" + function.arn()
                            + ":live\", \"/aws/lambda/" + function.name + "\", {\"a\": 1}, \"t\", \"who\", true, {}]");
        }
    }

    @Test
    void twoEnvironmentsDoNotSeeEachOther() {
        try (var fixture = new FunctionsFixture(folder)) {
            var first = fixture.python("def handle(event, context): return open('/tmp/mine', 'w').write('x')");
            var second = fixture.python("import os\ndef handle(event, context): return os.listdir('/tmp')");
            assertThat(text(first.call("{}"))).isEqualTo("1");
            assertThat(text(second.call("{}"))).isEqualTo("[]");
        }
    }

    /** As root every level can be had; else the stronger one is refused with a reason. */
    @Test
    void anUnprivilegedFunctionCannotReadTheServersFiles() throws IOException {
        FunctionSettings settings = FunctionSettings.builder()
                .isolation(FunctionSettings.IsolationMode.UNPRIVILEGED)
                .build();
        if ((Integer) Files.getAttribute(folder, "unix:uid") != 0) {
            assertThatThrownBy(() -> new FunctionsFixture(folder, settings).close())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("functions.isolation=unprivileged");
            return;
        }
        Path key = Files.writeString(folder.resolve("master.key"), "secret");
        try (var fixture = new FunctionsFixture(folder.resolve("functions"), settings)) {
            assertThat(fixture.functions.isolation().level()).isEqualTo(Isolation.Level.UNPRIVILEGED);
            var function =
                    fixture.python(LOOK.replace("os.listdir('/tmp')", "0").replace("'/tmp/mine'", "'/dev/null'"));
            assertThat(text(function.call(
                            "{\"secrets\": [\"/etc/shadow\", \"" + key + "\"], \"places\": [\"/etc/x\"]}")))
                    .contains("\"readable\": []", "\"writable\": []", "\"groups\": []", "\"newPrivileges\": true")
                    .doesNotContain("\"uid\": 0");
        }
    }

    @Test
    void rootRunsNoFunctionUnsandboxedUnlessToldTo() throws IOException {
        boolean root = (Integer) Files.getAttribute(folder, "unix:uid") == 0;
        var settings = FunctionSettings.builder().isolation(FunctionSettings.IsolationMode.PROCESS);
        try (var fixture = new FunctionsFixture(folder, settings.build())) {
            Isolation isolation = fixture.functions.isolation();
            assertThat(isolation.level()).isEqualTo(root ? Isolation.Level.REFUSED : Isolation.Level.PROCESS);
            if (root) {
                assertThat(isolation.report()).contains("functions.allowUnsandboxed=true");
                assertThat(fixture.python("").call("{}")).isInstanceOf(InvokeResult.Rejected.class);
            }
        }
        try (var fixture =
                new FunctionsFixture(folder, settings.allowUnsandboxed(true).build())) {
            var function = fixture.python("import os\ndef handle(event, context): return os.getcwd()");
            assertThat(text(function.call("{}"))).contains(folder.toString());
        }
    }

    @Test
    void aHostWithoutTheProgramsSaysWhatIsMissing() {
        Spawner.Finished finished;
        try (Spawner spawner = new Spawner()) {
            finished = spawner.run(java.util.List.of("/bin/sh", "-s"), "echo told; sleep 20", Duration.ofMillis(200));
            assertThat(IsolationProbe.program("no-such-program")).isEqualTo(Optional.empty());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        assertThat(finished.exitCode()).isEqualTo(-1);
        assertThat(finished.output()).isEqualTo("told\n");
    }
}
