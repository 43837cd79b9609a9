package dev.caravan.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.base.NotReadyException;
import dev.caravan.base.RealDisk;
import dev.caravan.base.UserMistakeException;
import dev.caravan.provider.Lane;
import dev.caravan.run.PauseReason;
import dev.caravan.run.PlainFacts;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunLog;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RunControlTest {
    @TempDir
    Path folder;

    private RunStore store;
    private RunLog log;
    private RunControl control;
    private final AtomicInteger woken = new AtomicInteger();

    @BeforeEach
    void hold() {
        store = RunStore.open(new RunFolder(folder), new RealDisk(), Clock.systemUTC(), "test");
        store.recordAndWait(PlainFacts.made("r", 4, 2));
        store.recordAndWait(new RunEvent.RunStarted(Lane.BATCH, "test"));
        log = new RunLog(folder, Clock.systemUTC());
        control = new RunControl(store, woken::incrementAndGet);
        store.listen(new EventWatch(log, control));
    }

    @AfterEach
    void giveBack() {
        store.close();
        log.close();
    }

    private String reason() {
        return store.onState(RunState::reason);
    }

    private RunStatus status() {
        return store.onState(RunState::status);
    }

    @Test
    void of_several_reasons_to_pause_the_first_counts() throws Exception {
        assertThat(control.admits()).isTrue();

        control.pause(PauseReason.PROVIDER, "no credit");
        control.pause(PauseReason.QUALITY, "nothing holds");

        assertThat(control.admits()).isFalse();
        assertThat(control.awaitEnd(60_000)).isTrue();
        assertThat(reason()).isEqualTo("provider");
        assertThat(woken).hasPositiveValue();
    }

    static Stream<Arguments> troubles() {
        var file = new UserMistakeException("units.jsonl", "line 3", "is not what was written");
        var disk = new UncheckedIOException(new IOException("No space left on device"));
        return Stream.of(
                Arguments.of(file, PauseReason.INTEGRITY, false),
                Arguments.of(new IllegalStateException("route", file), PauseReason.INTEGRITY, false),
                Arguments.of(new NotReadyException("openai", "", "has no route"), PauseReason.UNUSABLE, false),
                Arguments.of(new IllegalStateException("route", disk), PauseReason.DISK, false),
                Arguments.of(new IllegalStateException("odd"), PauseReason.FAULT, true));
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void what_broke_is_ours_unless_a_file_or_the_disk_is_behind_it(Throwable cause, PauseReason reason, boolean ours)
            throws Exception {
        assertThat(control.fail(cause)).isEqualTo(ours);

        assertThat(control.awaitEnd(60_000)).isTrue();
        assertThat(reason()).isEqualTo(reason.word());
    }

    @Test
    void a_process_that_goes_sends_nothing_more_and_leaves_the_run_as_it_stands() throws Exception {
        control.stopAdmitting();

        assertThat(control.admits()).isFalse();
        assertThat(control.awaitEnd(0)).isFalse();
        assertThat(status()).isEqualTo(RunStatus.RUNNING);
        assertThat(woken).hasValue(1);
    }

    @Test
    void a_run_that_is_killed_ends() throws Exception {
        control.kill("by a test");

        assertThat(control.admits()).isFalse();
        assertThat(control.awaitEnd(60_000)).isTrue();
        assertThat(status()).isEqualTo(RunStatus.KILLED);
    }

    @Test
    void a_journal_that_cannot_be_written_ends_the_run_with_what_the_disk_said() throws Exception {
        store.failStop(new IllegalStateException("journal", new UncheckedIOException(new IOException("full"))));

        assertThat(control.awaitEnd(60_000)).isTrue();
        assertThat(control.admits()).isFalse();
        assertThat(control.failure()).isInstanceOf(UncheckedIOException.class);
        control.pause(PauseReason.ASKED, "too late to be written");
    }
}
