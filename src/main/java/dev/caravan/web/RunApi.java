package dev.caravan.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.UserMistakeException;
import dev.caravan.journal.CorruptJournalException;
import dev.caravan.journal.JsonLines;
import dev.caravan.report.ResultPages;
import dev.caravan.report.RunJson;
import dev.caravan.report.RunReport;
import dev.caravan.report.RunResults;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import dev.caravan.run.RunSummary;
import dev.caravan.run.RunView;
import dev.caravan.run.RunsFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What is told of runs; changes nothing. */
final class RunApi {
    private static final int MOST_RUNS = 1000;
    private static final int USUAL_RUNS = 100;
    private static final int MOST_RECORDS = 1000;
    private static final int USUAL_RECORDS = 100;

    private final Path root;
    private final Function<String, Optional<RunSummary>> live;

    /** @param live how a run stands that this process is at, without reading its journal */
    RunApi(Path root, Function<String, Optional<RunSummary>> live) {
        this.root = root;
        this.live = live;
    }

    /** A run by its whole name. */
    RunFolder find(WebRequest request) {
        return find(request.name());
    }

    RunFolder find(String name) {
        if (name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}")) {
            var folder = new RunFolder(root.resolve(name));
            if (Files.isRegularFile(folder.journal())) {
                return folder;
            }
        }
        throw new WebException(404, "there is no such run; GET /api/runs lists them");
    }

    RunSummary summary(RunFolder folder) {
        return live.apply(folder.name()).orElseGet(() -> RunView.of(folder).summary());
    }

    static RunState state(RunFolder folder) {
        RunState state = RunStore.read(folder);
        if (!state.created()) {
            throw new UserMistakeException(folder.root().toString(), "", "holds no run: its journal is empty");
        }
        return state;
    }

    WebReply list(WebRequest request) {
        int limit = request.number("limit", USUAL_RUNS, MOST_RUNS);
        String status = request.parameter("status").orElse("");
        ArrayNode rows = Json.mapper().createArrayNode();
        for (RunFolder each : new RunsFolder(root).newest()) {
            ObjectNode row = row(each);
            if (rows.size() < limit
                    && (status.isEmpty() || status.equals(row.path("status").asText()))) {
                rows.add(row);
            }
            if (rows.size() == limit) {
                break;
            }
        }
        ObjectNode answer = Json.object();
        answer.set("runs", rows);
        return WebReply.of(answer);
    }

    private ObjectNode row(RunFolder folder) {
        try {
            return RunJson.of(summary(folder), folder);
        } catch (UserMistakeException | CorruptJournalException e) {
            return Json.object().put("run", folder.name()).put("status", "damaged");
        }
    }

    ObjectNode json(RunFolder folder) {
        return RunJson.of(summary(folder), folder);
    }

    WebReply status(WebRequest request) {
        return WebReply.of(json(find(request)));
    }

    WebReply info(WebRequest request) {
        RunFolder folder = find(request);
        return WebReply.of(RunJson.all(folder, RunView.of(folder)));
    }

    WebReply report(WebRequest request) {
        return WebReply.of(
                RunReport.of(find(request), request.parameter("failures_by").orElse(""))
                        .json());
    }

    WebReply results(WebRequest request) {
        return page(request, "results", ResultPages.results(RunResults.of(find(request))));
    }

    WebReply failures(WebRequest request) {
        return page(request, "failures", ResultPages.failures(RunResults.of(find(request))));
    }

    private static WebReply page(WebRequest request, String name, ResultPages pages) {
        ResultPages.Page page =
                pages.page(request.parameter("after").orElse(""), request.number("limit", USUAL_RECORDS, MOST_RECORDS));
        ObjectNode answer = Json.object();
        ArrayNode records = answer.putArray(name);
        page.records().forEach(records::add);
        answer.put("next", page.next().isEmpty() ? null : page.next());
        return WebReply.of(answer.put("partial", page.partial()));
    }

    /** All results of a complete run, as they lie on disk. */
    WebReply file(WebRequest request) {
        RunFolder folder = find(request);
        Path file = folder.outputs().resolve("results.jsonl");
        if (RunResults.of(folder).partial() || !JsonLines.exists(file)) {
            throw new WebException(
                    409,
                    "the run is not complete; GET /api/runs/" + folder.name() + "/results has what there is so far");
        }
        try {
            return WebReply.stream(
                    "application/jsonl",
                    Map.of("Content-Disposition", "attachment; filename=\"" + folder.name() + ".jsonl\""),
                    JsonLines.open(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
