package dev.caravan.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.arrival.ArrivalPhase;
import dev.caravan.arrival.FolderRecord;
import dev.caravan.base.Json;
import dev.caravan.base.UserMistakeException;
import dev.caravan.pipeline.CallOverrides;
import dev.caravan.provider.Lane;
import dev.caravan.report.CheckJson;
import dev.caravan.service.Service;
import dev.caravan.service.StartRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What lies in the folder of pipelines, and runs of it. */
final class PipelineApi {
    private static final int LONGEST_KEY = 200;
    private static final int MOST_UNITS = 1000;
    private static final int USUAL_UNITS = 100;

    private final Service service;
    private final RunApi runs;

    PipelineApi(Service service, RunApi runs) {
        this.service = service;
        this.runs = runs;
    }

    WebReply list() {
        ObjectNode answer = Json.object();
        ArrayNode rows = answer.putArray("pipelines");
        service.pipelines().stream()
                .filter(FolderRecord::present)
                .map(PipelineApi::json)
                .forEach(rows::add);
        ArrayNode held = answer.putArray("held_back");
        service.heldBack()
                .forEach((name, reason) -> held.addObject().put("name", name).put("reason", reason));
        return WebReply.of(answer);
    }

    WebReply one(WebRequest request) {
        return WebReply.of(json(find(request)));
    }

    private static ObjectNode json(FolderRecord each) {
        return Json.object()
                .put("pipeline", each.name())
                .put("phase", each.phase().word())
                .put("run", each.run().isEmpty() ? null : each.run())
                .put("reason", each.reason().isEmpty() ? null : each.reason())
                .put("since", each.at().toString());
    }

    private FolderRecord find(WebRequest request) {
        return service.pipelines().stream()
                .filter(each -> each.present() && each.name().equals(request.name()))
                .findFirst()
                .orElseThrow(() -> new WebException(404, "there is no such pipeline; GET /api/pipelines lists them"));
    }

    /** As {@code caravan validate-config}: what is wrong is an answer, not an error. */
    WebReply check(WebRequest request) {
        String name = find(request).name();
        try {
            return WebReply.of(service.check(name));
        } catch (UserMistakeException e) {
            return WebReply.of(CheckJson.of(e));
        }
    }

    /** As {@code caravan estimate}, by what this machine knows: nobody is asked over the network. */
    WebReply estimate(WebRequest request) {
        return WebReply.of(service.estimate(find(request).name()));
    }

    /** As {@code caravan units}: the first of them, and how many more there are is not told. */
    WebReply units(WebRequest request) {
        int limit = request.number("limit", USUAL_UNITS, MOST_UNITS);
        List<ObjectNode> units = service.units(find(request).name(), limit + 1);
        ObjectNode answer = Json.object();
        ArrayNode rows = answer.putArray("units");
        units.stream().limit(limit).forEach(rows::add);
        return WebReply.of(answer.put("more", units.size() > limit));
    }

    /** Makes a run. It starts in its turn; one that costs money asks first, unless the body says who approves it. */
    WebReply start(WebRequest request) {
        FolderRecord standing = find(request);
        if (standing.phase() == ArrivalPhase.SEEN) {
            throw new WebException(409, "it is still coming in; ask again in a moment");
        }
        String key = request.key();
        if (key.length() > LONGEST_KEY) {
            throw new WebException(422, "Idempotency-Key: must be up to " + LONGEST_KEY + " characters");
        }
        var body = new RequestBody(request);
        StartRequest wish = wish(body);
        body.end();
        Service.Made made = service.start(standing.name(), wish, key);
        return WebReply.of(
                made.fresh() ? 201 : 200,
                runs.json(made.folder()),
                Map.of("Location", "/api/runs/" + made.folder().name()));
    }

    private static StartRequest wish(RequestBody body) {
        String model = body.text("model", "");
        Long units = body.number("max_units", 1, Integer.MAX_VALUE);
        String actor = body.actor();
        return new StartRequest(
                new CallOverrides(
                        null,
                        model.isEmpty() ? null : model,
                        whole(body.number("max_retries", 0, 100)),
                        whole(body.number("repeat", 1, 1_000_000)),
                        body.number("seed", Long.MIN_VALUE, Long.MAX_VALUE)),
                units == null ? Integer.MAX_VALUE : units.intValue(),
                lane(body.text("mode", "")),
                body.flag("simulate"),
                body.picos("cap_usd"),
                body.flag("approve") ? actor : "");
    }

    private static @Nullable Integer whole(@Nullable Long number) {
        return number == null ? null : number.intValue();
    }

    private static @Nullable Lane lane(String mode) {
        return switch (mode) {
            case "" -> null;
            case "batch" -> Lane.BATCH;
            case "realtime" -> Lane.REALTIME;
            default -> throw RequestBody.wrong("mode", "must be batch or realtime, not '" + mode + "'");
        };
    }
}
