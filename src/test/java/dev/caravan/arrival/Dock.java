package dev.caravan.arrival;

import dev.caravan.base.Disk;
import dev.caravan.base.RealDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** A folder of pipelines, a clock that moves when it is told to, and what a person does with folders. */
final class Dock extends Clock {
    static final ArrivalLimits LIMITS = new ArrivalLimits(Duration.ofSeconds(2), 50, 3 << 20, 20, 64 << 20, 100);

    final Path home;
    final Path pipelines;
    final Path state;
    Disk disk = new RealDisk();
    ArrivalLimits limits = LIMITS;
    private Instant now = Instant.parse("2026-07-02T10:00:00Z");
    private ArrivalWatcher arrivals;

    Dock(Path home) throws IOException {
        this.home = home;
        pipelines = Files.createDirectories(home.resolve("pipelines"));
        state = home.resolve("runs/.service/arrivals.json");
        arrivals = new ArrivalWatcher(pipelines, state, disk, this, limits);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
    }

    ArrivalWatcher arrivals() {
        return arrivals;
    }

    /** The process died and another one began, over the same folders. */
    ArrivalWatcher restart() {
        arrivals = new ArrivalWatcher(pipelines, state, disk, this, limits);
        return arrivals;
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    /** One look, a second after the last. */
    List<ArrivalDecision> look() {
        pass(Duration.ofSeconds(1));
        return arrivals.look();
    }

    /** As many looks as are needed for all that lies there to come to rest; what the last of them found. */
    List<ArrivalDecision> rest() {
        look();
        look();
        return look();
    }

    /** What all looks found until everything came to rest, each question once. */
    List<ArrivalDecision> all() {
        var found = new ArrayList<ArrivalDecision>();
        for (int i = 0; i < 6; i++) {
            look().stream().filter(each -> !found.contains(each)).forEach(found::add);
        }
        return found;
    }

    Path write(String path, String content) throws IOException {
        Path file = pipelines.resolve(path);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        return Files.writeString(file, content);
    }

    void folder(String name, String content) throws IOException {
        write(name + "/templates/one.vm", "$name");
        write(name + "/config.yaml", content);
    }

    /** Looks for the first time, at what lies there by now, until it rests. */
    void open() {
        all();
    }

    FolderRecord standing(String name) {
        return arrivals.standings().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    ArrivalPhase phase(String name) {
        return standing(name).phase();
    }

    List<String> names(String folder) throws IOException {
        if (!Files.isDirectory(pipelines.resolve(folder))) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(pipelines.resolve(folder))) {
            return all.map(each -> String.valueOf(each.getFileName())).sorted().toList();
        }
    }

    static <T extends ArrivalDecision> T only(Class<T> kind, List<ArrivalDecision> decisions) {
        List<T> found =
                decisions.stream().filter(kind::isInstance).map(kind::cast).toList();
        if (found.size() != 1) {
            throw new AssertionError("expected one " + kind.getSimpleName() + " in " + decisions);
        }
        return found.get(0);
    }

    ArrivalDecision.Arrived arrived(List<ArrivalDecision> decisions) {
        return only(ArrivalDecision.Arrived.class, decisions);
    }

    /** Starts what arrived, as the service would. */
    void start(ArrivalDecision.Arrived arrived) {
        String run = arrived.name() + "_1";
        if (!arrivals.claim(arrived.name(), arrived.digest(), run)) {
            throw new AssertionError("cannot claim " + arrived);
        }
        arrivals.started(arrived.name(), run);
    }
}
