package dev.caravan.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.UnitRecord;
import dev.caravan.base.UserMistakeException;
import dev.caravan.prompt.RenderException;
import dev.caravan.provider.Prompt;
import dev.caravan.step.PreparedStep;
import dev.caravan.validation.Finding;
import java.util.List;
import picocli.CommandLine.Command;

/** A filter: records in, prompts out. */
@Command(name = "render", description = "Read records as JSONL, write the step's prompts as JSONL. Calls nothing.")
final class RenderCommand extends FilterCommand {
    RenderCommand(CommandContext context) {
        super(context);
    }

    @Override
    ObjectNode filtered(PreparedStep prepared, ObjectNode record) {
        PreparedStep.Asking asking = prepared.asking()
                .orElseThrow(() ->
                        new UserMistakeException("--step", step, "asks no model, so it has no prompt; use judge"));
        try {
            Prompt prompt = asking.prompt("", record, Json.mapper().createArrayNode(), false);
            ObjectNode line = Json.object();
            line.set(UnitRecord.ID, record.path(UnitRecord.ID));
            line.put("step", step).put("model", prompt.model()).put("prompt", prompt.text());
            return line;
        } catch (RenderException e) {
            return failed(record, List.of(Finding.error("unrendered", "$", String.valueOf(e.getMessage()))));
        }
    }
}
