package dev.caravan.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Disk;
import dev.caravan.base.Json;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.execution.StepKind;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunSummary;
import dev.caravan.service.Service;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** The verbs of the command line, for programs: each takes a request and answers with what {@code --json} prints. */
public final class Api {
    private final String version;
    private final Pipelines pipelines;
    private final Runs runs;
    private final Actions actions;
    private final NoticeLog notices;
    private final Function<String, Optional<RunSummary>> live;

    /** @param live how a run stands that this process is at, without reading its journal */
    public Api(
            String version,
            Service service,
            ModelRegistry registry,
            Map<String, StepKind> kinds,
            Disk disk,
            Clock clock,
            NoticeLog notices,
            Function<String, Optional<RunSummary>> live) {
        this.version = version;
        this.notices = notices;
        this.live = live;
        runs = new Runs(service.settings().runs(), live);
        pipelines = new Pipelines(service, runs);
        actions = new Actions(service, runs, registry, kinds, disk, clock);
    }

    public Reply index(Request request) {
        ObjectNode node = Json.object().put("service", "caravan").put("version", version);
        return Reply.of(node.put("description", "/api/openapi.json"));
    }

    public Reply description(Request request) {
        return Reply.text(Reply.JSON, openapi());
    }

    /** The description of this API, as OpenAPI writes it. */
    static String openapi() {
        try (InputStream file = Objects.requireNonNull(Api.class.getResourceAsStream("openapi.json"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param lastId of the event that the reader saw last, or empty */
    public Feed events(String lastId) {
        return notices.feed(lastId);
    }

    /** As the other, of one run. */
    public Feed events(String run, String lastId) {
        RunFolder folder = runs.find(run);
        return new RunFeed(folder, Json.text(runs.json(folder)), () -> live.apply(folder.name()), lastId);
    }

    public Reply pipelines(Request request) {
        return pipelines.list();
    }

    public Reply pipeline(Request request) {
        return pipelines.one(request);
    }

    public Reply check(Request request) {
        return pipelines.check(request);
    }

    public Reply estimate(Request request) {
        return pipelines.estimate(request);
    }

    public Reply units(Request request) {
        return pipelines.units(request);
    }

    public Reply start(Request request) {
        return pipelines.start(request);
    }

    public Reply runs(Request request) {
        return runs.list(request);
    }

    public Reply run(Request request) {
        return runs.status(request);
    }

    public Reply info(Request request) {
        return runs.info(request);
    }

    public Reply report(Request request) {
        return runs.report(request);
    }

    public Reply results(Request request) {
        return runs.results(request);
    }

    public Reply resultsFile(Request request) {
        return runs.file(request);
    }

    public Reply failures(Request request) {
        return runs.failures(request);
    }

    public Reply pause(Request request) {
        return actions.pause(request);
    }

    public Reply resume(Request request) {
        return actions.resume(request);
    }

    public Reply restart(Request request) {
        return actions.restart(request);
    }

    public Reply kill(Request request) {
        return actions.kill(request);
    }

    public Reply approve(Request request) {
        return actions.approve(request);
    }

    public Reply reject(Request request) {
        return actions.reject(request);
    }

    public Reply settle(Request request) {
        return actions.settle(request);
    }

    public Reply retryFailures(Request request) {
        return actions.retryFailures(request);
    }
}
