package dev.caravan.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.base.Disk;
import dev.caravan.base.PowerCutDisk;
import dev.caravan.base.RealDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run is there under its name as a whole, by one of its makers, and nothing is left of the others. */
class RunMakingTest {
    private static final int MAKERS = 8;

    @TempDir
    Path folder;

    private static RunMaking begin(Path target) {
        return RunMaking.begin(target, new RealDisk(), Clock.systemUTC());
    }

    private static void write(RunMaking making, String mark) {
        try (RunStore store = making.open(mark)) {
            store.recordAndWait(PlainFacts.made(mark, 3, 2));
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(each -> String.valueOf(each.getFileName())).sorted().toList();
        }
    }

    @Test
    void of_many_that_make_the_same_run_one_wins_and_the_others_leave_nothing() throws Exception {
        Path target = folder.resolve("run");
        var together = new CyclicBarrier(MAKERS);
        var pool = Executors.newFixedThreadPool(MAKERS);
        try {
            var makers = new ArrayList<Callable<String>>();
            for (int i = 0; i < MAKERS; i++) {
                String mark = "maker-" + i;
                makers.add(() -> {
                    try (RunMaking making = begin(target)) {
                        write(making, mark);
                        together.await();
                        making.finish();
                        return mark;
                    } catch (NameTakenException e) {
                        assertThat(e).hasMessageContaining("was made by somebody else");
                        return "";
                    }
                });
            }
            var won = new ArrayList<String>();
            for (Future<String> each : pool.invokeAll(makers)) {
                if (!each.get().isEmpty()) {
                    won.add(each.get());
                }
            }

            assertThat(won).hasSize(1);
            assertThat(RunStore.read(new RunFolder(target)).facts().run()).isEqualTo(won.get(0));
            assertThat(names()).containsExactly("run");
        } finally {
            pool.shutdownNow();
        }
        assertThatThrownBy(() -> begin(target)).isInstanceOf(NameTakenException.class);
        RunStore.open(new RunFolder(target), new RealDisk(), Clock.systemUTC(), "next")
                .close();
    }

    @Test
    void what_a_killed_maker_left_is_cleared_away_and_a_living_one_is_not_disturbed() throws Exception {
        Path left = folder.resolve(".gone.0123abcd.making");
        try (RunMaking living = begin(folder.resolve("living"))) {
            Files.createDirectories(left.resolve("input"));
            Files.createFile(left.resolve("lease"));
            Files.writeString(left.resolve("input/units.jsonl"), "{}");
            Path others = Files.createDirectories(folder.resolve(".mine.making"));
            Path named = Files.createDirectories(folder.resolve("notes.0123abcd.making"));
            Path young = Files.createDirectories(folder.resolve(".young.0123abcd.making"));

            try (RunMaking other = begin(folder.resolve("other"))) {
                write(other, "other");
                other.finish();
            }

            assertThat(left).doesNotExist();
            assertThat(others).isDirectory();
            assertThat(named).isDirectory();
            assertThat(young).as("its maker may be about to hold it").isDirectory();
            write(living, "living");
            living.finish();
        }
        assertThat(RunStore.read(new RunFolder(folder.resolve("living"))).created())
                .isTrue();
    }

    @Test
    void a_maker_that_fails_leaves_nothing_and_the_name_is_free() throws Exception {
        try (RunMaking making = begin(folder.resolve("run"))) {
            write(making, "run");
        }

        assertThat(names()).isEmpty();
    }

    /** Wherever the power is cut, the run is there whole or not at all, and the next one makes it. */
    @Test
    void a_power_cut_leaves_a_whole_run_or_none() throws Exception {
        var calm = new PowerCutDisk(1);
        make(calm, folder.resolve("calm"));
        int renamed = 0;
        for (long cut = 1; cut <= calm.operations() + MAKERS; cut++) {
            Path target = folder.resolve("cut" + cut);
            // The first answer of neighbouring seeds is the same.
            var disk = new PowerCutDisk(cut * 0x9E3779B97F4A7C15L);
            // The last one, right behind the rename, more often: it may be undone.
            disk.cutAt(Math.min(cut, calm.operations()));
            try {
                make(disk, target);
            } catch (PowerCutDisk.PowerCut e) {
                disk.materialise();
            }
            if (Files.exists(target)) {
                renamed++;
                assertThat(RunStore.read(new RunFolder(target)).created()).isTrue();
                RunStore.open(new RunFolder(target), new RealDisk(), Clock.systemUTC(), "next")
                        .close();
            } else {
                make(new RealDisk(), target);
            }
        }
        assertThat(renamed).isPositive();
        assertThat(names()).allMatch(each -> !each.startsWith("."));
    }

    private static void make(Disk disk, Path target) {
        try (RunMaking making = RunMaking.begin(target, disk, Clock.systemUTC())) {
            write(making, "run");
            making.finish();
        }
    }
}
