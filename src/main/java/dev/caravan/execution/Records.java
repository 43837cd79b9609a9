package dev.caravan.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.run.JsonLines;
import dev.caravan.run.RecordIndex;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import java.nio.file.Path;

/** Finds a unit's accumulated record, and the findings of its last answer, by the index. */
final class Records {
    private final RunFolder folder;
    private final RunFacts facts;
    private final RecordIndex index;

    Records(RunFolder folder, RunFacts facts, RecordIndex index) {
        this.folder = folder;
        this.facts = facts;
        this.index = index;
    }

    /** The record a unit brings to a step: its input at the first, else what the step before made of it. */
    ObjectNode before(int step, int unit) {
        return (ObjectNode) JsonLines.at(fileBefore(step, unit), index.record(unit));
    }

    private Path fileBefore(int step, int unit) {
        return step == 0 ? folder.units() : folder.validated(facts.steps().get(step - 1), facts.chunkOf(unit));
    }

    /** Findings of the unit's last answer at this step, as templates see them; empty at the first attempt. */
    JsonNode errors(int step, int unit, int attempts) {
        long at = index.findings(unit);
        if (attempts == 0 || at < 0) {
            return Json.mapper().createArrayNode();
        }
        return JsonLines.at(folder.findings(facts.steps().get(step), facts.chunkOf(unit)), at)
                .get("errors");
    }
}
