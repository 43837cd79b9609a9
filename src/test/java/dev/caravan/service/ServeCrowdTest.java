package dev.caravan.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.testing.RunningService;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that may open few files, and a crowd that would take them all. */
@Tag("crash")
class ServeCrowdTest {
    /** What Java alone opens to start it is half of them. */
    private static final int FILES = 300;

    private static final int CROWD = 300;
    private static final int UNITS = 150;

    /** Ways to take one's time: to ask nothing, half a question, or one that announces more than ever comes. */
    private static final List<String> SLOW = List.of(
            "",
            "GET /api HTTP/1.1\r\nHost: loc",
            "POST /api/pipelines/p/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 1000\r\n\r\n{");

    @TempDir
    Path folder;

    private final List<Socket> crowd = new ArrayList<>();
    private RunningService served;

    @BeforeEach
    void prepare() throws IOException {
        served = new RunningService(
                folder, Map.of("CARAVAN_STATE", folder.resolve("state").toString()), FILES);
    }

    @AfterEach
    void end() throws IOException {
        for (Socket each : crowd) {
            each.close();
        }
        served.close();
    }

    private void drop(String name, int units) throws IOException {
        Files.writeString(served.drop(name, "simulator").resolve("items.jsonl"), RunningService.items(units));
    }

    /** All at once. */
    private void comes() throws IOException {
        URI url = URI.create(served.http().url());
        for (int i = 0; i < CROWD; i++) {
            var socket = new Socket(InetAddress.getLoopbackAddress(), url.getPort());
            crowd.add(socket);
            socket.getOutputStream().write(SLOW.get(i % SLOW.size()).getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Test
    void a_run_goes_on_another_begins_and_who_asks_is_answered() throws Exception {
        served.start("--mode", "realtime", "--concurrency", "4");
        drop("first", UNITS);
        RunFolder first = served.run("first", state -> state.done() > 0);

        comes();
        RunState then = RunStore.read(first);
        assertThat(then.status()).isEqualTo(RunStatus.RUNNING);
        assertThat(served.http().get("/api").status()).isEqualTo(200);
        drop("second", 12);

        assertThat(RunStore.read(served.complete("first")).done()).isEqualTo(UNITS);
        assertThat(RunStore.read(served.complete("second")).done()).isEqualTo(12);
        assertThat(served.http().get("/observe/health").status()).isEqualTo(200);
        assertThat(served.output()).doesNotContainIgnoringCase("too many open files");
    }

    @Test
    void eight_runs_at_one_time_with_the_usual_settings_are_more_than_it_can_bear_and_take_turns() throws Exception {
        served.start("--mode", "realtime");
        comes();
        List<String> names = List.of("a", "b", "c", "d", "e", "f", "g", "h");
        for (String each : names) {
            drop(each, 40);
        }

        for (String each : names) {
            assertThat(RunStore.read(served.complete(each)).done()).isEqualTo(40);
        }
        assertThat(served.http().get("/api").status()).isEqualTo(200);
        assertThat(served.output()).contains("few files may be open").doesNotContainIgnoringCase("too many open files");
    }
}
