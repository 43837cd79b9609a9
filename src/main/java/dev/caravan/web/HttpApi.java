package dev.caravan.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Disk;
import dev.caravan.base.Json;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunSummary;
import dev.caravan.service.Service;
import dev.caravan.step.StepKind;
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
public final class HttpApi {
    private final String version;
    private final PipelineApi pipelines;
    private final RunApi runs;
    private final RunActions actions;
    private final NoticeLog notices;
    private final Function<String, Optional<RunSummary>> live;

    /** @param live how a run stands that this process is at, without reading its journal */
    public HttpApi(
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
        runs = new RunApi(service.settings().runs(), live);
        pipelines = new PipelineApi(service, runs);
        actions = new RunActions(service, runs, registry, kinds, disk, clock);
    }

    public WebReply index(WebRequest request) {
        ObjectNode node = Json.object().put("service", "caravan").put("version", version);
        return WebReply.of(node.put("description", "/api/openapi.json"));
    }

    public WebReply description(WebRequest request) {
        return WebReply.text(WebReply.JSON, openapi());
    }

    /** The description of this API, as OpenAPI writes it. */
    static String openapi() {
        try (InputStream file = Objects.requireNonNull(HttpApi.class.getResourceAsStream("openapi.json"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param lastId of the event that the reader saw last, or empty */
    public EventFeed events(String lastId) {
        return notices.feed(lastId);
    }

    /** As the other, of one run. */
    public EventFeed events(String run, String lastId) {
        RunFolder folder = runs.find(run);
        return new RunFeed(folder, Json.text(runs.json(folder)), () -> live.apply(folder.name()), lastId);
    }

    public WebReply pipelines(WebRequest request) {
        return pipelines.list();
    }

    public WebReply pipeline(WebRequest request) {
        return pipelines.one(request);
    }

    public WebReply check(WebRequest request) {
        return pipelines.check(request);
    }

    public WebReply estimate(WebRequest request) {
        return pipelines.estimate(request);
    }

    public WebReply units(WebRequest request) {
        return pipelines.units(request);
    }

    public WebReply start(WebRequest request) {
        return pipelines.start(request);
    }

    public WebReply runs(WebRequest request) {
        return runs.list(request);
    }

    public WebReply run(WebRequest request) {
        return runs.status(request);
    }

    public WebReply info(WebRequest request) {
        return runs.info(request);
    }

    public WebReply report(WebRequest request) {
        return runs.report(request);
    }

    public WebReply results(WebRequest request) {
        return runs.results(request);
    }

    public WebReply resultsFile(WebRequest request) {
        return runs.file(request);
    }

    public WebReply failures(WebRequest request) {
        return runs.failures(request);
    }

    public WebReply pause(WebRequest request) {
        return actions.pause(request);
    }

    public WebReply resume(WebRequest request) {
        return actions.resume(request);
    }

    public WebReply restart(WebRequest request) {
        return actions.restart(request);
    }

    public WebReply kill(WebRequest request) {
        return actions.kill(request);
    }

    public WebReply approve(WebRequest request) {
        return actions.approve(request);
    }

    public WebReply reject(WebRequest request) {
        return actions.reject(request);
    }

    public WebReply settle(WebRequest request) {
        return actions.settle(request);
    }

    public WebReply retryFailures(WebRequest request) {
        return actions.retryFailures(request);
    }
}
