package dev.caravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.PlainText;
import dev.caravan.base.UserMistakeException;
import dev.caravan.run.PauseReason;
import dev.caravan.web.ServiceClient;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has the service make a run. */
@Command(name = "start", description = "Have the service make a run of a pipeline that lies in its folder.")
final class StartCommand extends RunsCommand {
    @Parameters(index = "0", paramLabel = "PIPELINE", description = "name of its folder")
    String pipeline = "";

    @Option(names = "--mode", paramLabel = "MODE", description = "batch or realtime (default: as the service)")
    @Nullable String mode;

    @Option(names = "--max-units", paramLabel = "N", description = "only the first N units")
    @Nullable Integer maxUnits;

    @Option(names = "--cap", paramLabel = "USD", description = "most that the run may cost")
    @Nullable String cap;

    @Option(
            names = {"--yes", "-y"},
            description = "let it spend without asking")
    boolean yes;

    @Option(names = "--actor", paramLabel = "NAME", description = "who says so (default: who is logged in)")
    String actor = "";

    @Option(
            names = "--key",
            paramLabel = "WORD",
            description = "however often it is asked for with the same word, one run is made")
    String key = "";

    @Option(names = "--json", description = "print JSON")
    boolean json;

    StartCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        ServiceClient client = ServiceLookup.find(context).orElseThrow(() -> nobody("it does not listen"));
        ObjectNode body = Json.object().put("approve", yes).put("actor", actor.isEmpty() ? actor() : actor);
        body.put("mode", mode).put("max_units", maxUnits).put("cap_usd", cap);
        ServiceClient.Answer answer = client.post(
                "/api/pipelines/" + ServiceClient.encoded(PipelineArgument.name(pipeline)) + "/runs",
                body,
                key.isEmpty() ? UUID.randomUUID().toString() : key);
        if (answer.status() == 0) {
            throw nobody(answer.body().path("detail").asText());
        }
        if (answer.status() >= 400) {
            context.err()
                    .println("caravan: "
                            + PlainText.line(answer.body().path("detail").asText()));
            return answer.status() == 503 ? ExitCode.WAITING : ExitCode.USAGE;
        }
        tell(answer.body());
        return ExitCode.DONE;
    }

    private void tell(JsonNode run) {
        if (json) {
            context.data().println(Json.text(run));
            return;
        }
        String reason = run.path("reason").asText();
        context.out()
                .println(run.path("run").asText() + ": "
                        + (PauseReason.APPROVAL.is(reason)
                                ? "waits for approval, " + run.path("detail").asText()
                                : reason.isEmpty() ? run.path("status").asText() : reason));
    }

    private static UserMistakeException nobody(String why) {
        return new UserMistakeException(
                "caravan start",
                "",
                "no service is at work here that can be asked (" + why + "); start one: caravan serve, or run the"
                        + " pipeline yourself: caravan run PIPELINE");
    }
}
