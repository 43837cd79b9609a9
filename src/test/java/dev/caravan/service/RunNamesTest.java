package dev.caravan.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.app.Caravan;
import dev.caravan.arrival.ArrivalDecision;
import dev.caravan.base.Disk;
import dev.caravan.base.MovableClock;
import dev.caravan.base.PowerCutDisk;
import dev.caravan.base.RealDisk;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.execution.LiveRun;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import dev.caravan.testing.RunningService;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every drop and every time gets a run of its own, also where a person's run bears the name that was thought of. */
class RunNamesTest {
    private static final String API = "provider: simulator, model: gpt-4o-mini";

    /** These tests make runs and start none. */
    private static final RunLauncher NOBODY = new RunLauncher() {
        @Override
        public Lane lane(Pipeline pipeline, boolean simulated, @Nullable Lane wanted, Lane usual) {
            return usual;
        }

        @Override
        public void check(Pipeline pipeline, boolean simulated, Lane lane) {}

        @Override
        public LiveRun start(RunFolder folder, Lane lane) {
            throw new IllegalStateException("not asked for");
        }

        @Override
        public LiveRun collect(RunFolder folder) {
            throw new IllegalStateException("not asked for");
        }

        @Override
        public void release(LiveRun run) {}
    };

    @TempDir
    Path folder;

    private final MovableClock clock = new MovableClock();
    private final List<ServiceNotice> told = new ArrayList<>();

    @BeforeEach
    void folders() throws IOException {
        Files.createDirectories(folder.resolve("pipelines"));
        Files.createDirectories(folder.resolve("runs/.service"));
    }

    private Service service(Disk disk) {
        var settings = new ServeSettings(
                folder.resolve("pipelines"), folder.resolve("runs"), Lane.REALTIME, false, new SpendRule(0), 1);
        return new Service(settings, NOBODY, told::add, ModelRegistry.shipped(), Caravan.kinds(), disk, clock, "test");
    }

    private List<String> runs() throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("runs"))) {
            return all.map(each -> String.valueOf(each.getFileName()))
                    .filter(each -> !each.startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    private void look(Service service) {
        for (ArrivalDecision each : service.look()) {
            service.answer(each);
        }
    }

    private RunFolder made(String pipeline, String name) throws IOException {
        Path source = RunningService.write(folder.resolve("mine"), pipeline, API, "");
        return new ShippedRun(folder).make(source, name, 3);
    }

    @Test
    void a_drop_whose_claimed_name_a_person_s_run_got_meanwhile_gets_the_next_one() throws Exception {
        look(service(new RealDisk()));
        RunningService.write(folder.resolve("pipelines"), "drop", API, "");
        var disk = new PowerCutDisk(1);
        disk.cutAt("run.rename", 1);
        Service dying = service(disk);
        look(dying);
        clock.jump(Duration.ofSeconds(5));
        assertThatThrownBy(() -> look(dying)).isInstanceOf(PowerCutDisk.PowerCut.class);
        String claimed = Files.readString(folder.resolve("runs/.service/arrivals.json"))
                .replaceAll("(?s).*\"(drop_[^\"]+)\".*", "$1");
        assertThat(runs()).isEmpty();
        made("drop", claimed);

        Service service = service(new RealDisk());
        look(service);
        clock.jump(Duration.ofSeconds(5));
        look(service);

        assertThat(runs()).hasSize(2);
        String other = runs().stream()
                .filter(each -> !each.equals(claimed))
                .findFirst()
                .orElseThrow();
        assertThat(RunStore.read(new RunFolder(folder.resolve("runs").resolve(other)))
                        .served())
                .isTrue();
        look(service);
        assertThat(runs()).as("it is answered").hasSize(2);
    }

    @Test
    void two_pipelines_at_one_time_and_a_person_s_run_of_that_name_make_three_runs() throws Exception {
        for (String each : List.of("a b", "a-b")) {
            RunningService.write(folder.resolve("pipelines"), each, API, "schedule: \"0 0 6 * * ?\"");
        }
        Service service = service(new RealDisk());
        look(service);
        clock.jump(Duration.ofSeconds(5));
        look(service);
        service.keepTimes();
        assertThat(runs()).isEmpty();
        clock.jump(Duration.ofDays(1));
        String day = clock.instant().toString();
        boolean before = day.substring(11).compareTo("06:00:00") < 0;
        String due = (before ? clock.instant().minus(Duration.ofDays(1)).toString() : day)
                        .substring(0, 10)
                        .replace("-", "")
                + "T060000Z";
        made("a-b", "a-b_" + due + "-scheduled");

        look(service);
        service.keepTimes();

        assertThat(runs()).hasSize(3).contains("a-b_" + due + "-scheduled", "a-b_" + due + "-scheduled-2");
        assertThat(told).noneMatch(each -> each.text().contains("the disk refused"));
        service.keepTimes();
        assertThat(runs()).hasSize(3);
    }
}
