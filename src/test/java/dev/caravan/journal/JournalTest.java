package dev.caravan.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.base.Disk;
import dev.caravan.base.Json;
import dev.caravan.base.PowerCutDisk;
import dev.caravan.base.RealDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("journal.jsonl");
    }

    @Test
    void what_was_appended_is_replayed_in_order() throws Exception {
        write(250);

        assertThat(read()).hasSize(250).isSorted();
    }

    @Test
    void events_that_come_together_share_a_commit() throws Exception {
        write(1_000);

        long commits = Files.readAllLines(file).stream()
                .filter(line -> line.contains("\"Commit\""))
                .count();
        assertThat(commits).isLessThan(500);
    }

    @Test
    void any_prefix_reopens_to_a_prefix_of_the_events() throws Exception {
        write(60);
        byte[] whole = Files.readAllBytes(file);
        var random = new Random(5);

        for (int i = 0; i < 200; i++) {
            int length = random.nextInt(whole.length + 1);
            byte[] torn = Arrays.copyOf(whole, length + random.nextInt(3) * 50);
            Files.write(file, torn);

            List<Integer> events = read();

            assertThat(events).isEqualTo(prefix(events.size()));
        }
    }

    @Test
    void behind_the_last_commit_everything_is_cut_and_said_so() throws Exception {
        write(10);
        long good = Files.size(file);
        Files.writeString(file, "{\"seq\":99,\"type\":\"Nonsense\"", StandardOpenOption.APPEND);

        try (Journal journal = open(new RealDisk(), new ArrayList<>())) {
            assertThat(journal.recovery().cutBytes()).isPositive();
        }
        assertThat(Files.size(file)).isEqualTo(good);
    }

    @Test
    void a_damaged_line_before_the_last_commit_stops_with_its_place() throws Exception {
        write(5);
        write(5);
        byte[] bytes = Files.readAllBytes(file);
        bytes[20] ^= 1;
        Files.write(file, bytes);

        assertThatThrownBy(this::read)
                .isInstanceOf(CorruptJournalException.class)
                .hasMessageContaining("line 1 ")
                .hasMessageContaining("crc");
    }

    @Test
    void a_flipped_byte_is_never_read_as_something_else() throws Exception {
        write(30);
        byte[] whole = Files.readAllBytes(file);
        var random = new Random(6);

        for (int i = 0; i < 200; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, damaged);
            List<Integer> events;
            try {
                events = read();
            } catch (CorruptJournalException e) {
                continue;
            }
            assertThat(events).isEqualTo(prefix(events.size()));
        }
    }

    @Test
    void what_was_called_durable_survives_a_power_cut_at_any_operation() throws Exception {
        for (int cut = 1; cut <= 250; cut++) {
            Files.deleteIfExists(file);
            var disk = new PowerCutDisk(cut);
            disk.cutAt(cut);
            List<Integer> durable = Collections.synchronizedList(new ArrayList<>());
            try (Journal journal = open(disk, new ArrayList<>())) {
                append(journal, 0, 120, durable);
            } catch (PowerCutDisk.PowerCut e) {
                assertThat(disk.isCut()).isTrue();
            }
            disk.materialise();

            List<Integer> events = read();

            assertThat(events).isEqualTo(prefix(events.size()));
            assertThat(events.size()).isGreaterThanOrEqualTo(durable.size());
        }
    }

    private static List<Integer> prefix(int size) {
        var all = new ArrayList<Integer>();
        for (int i = 0; i < size; i++) {
            all.add(i);
        }
        return all;
    }

    private void write(int count) throws Exception {
        var before = new ArrayList<Integer>();
        try (Journal journal = open(new RealDisk(), before)) {
            append(journal, before.size(), before.size() + count, new ArrayList<>());
        }
    }

    private static void append(Journal journal, int from, int to, List<Integer> durable) throws Exception {
        var done = new CountDownLatch(to - from);
        for (int i = from; i < to; i++) {
            int number = i;
            journal.append("Test", "test", Json.object().put("n", i), new Journal.Listener() {
                @Override
                public void durable(JournalEntry entry) {
                    durable.add(number);
                    done.countDown();
                }

                @Override
                public void failed(Throwable cause) {
                    done.countDown();
                }
            });
        }
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    }

    private Journal open(Disk disk, List<Integer> events) {
        return Journal.open(
                disk,
                file,
                Clock.systemUTC(),
                1,
                0,
                entry -> events.add(entry.body().get("n").intValue()));
    }

    private List<Integer> read() throws IOException {
        var events = new ArrayList<Integer>();
        Journal.read(file, 0, entry -> events.add(entry.body().get("n").intValue()));
        return events;
    }
}
