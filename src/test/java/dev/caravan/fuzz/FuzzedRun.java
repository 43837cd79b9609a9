package dev.caravan.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.base.UserMistakeException;
import dev.caravan.journal.CorruptJournalException;
import dev.caravan.run.OpenWork;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What must hold of a run whatever was done to it. */
public final class FuzzedRun {
    private FuzzedRun() {}

    /** A small pipeline: two questions, of which some fail, and a sum. */
    public static Path pipeline(Path folder, String provider, int units, int retries) throws IOException {
        Files.createDirectories(folder.resolve("templates"));
        Files.createDirectories(folder.resolve("schemas"));
        Files.writeString(folder.resolve("config.yaml"), """
            pipeline:
              name: small
              steps:
                - name: label
                  max_tokens: 100
                  validation: {ranges: {urgency: [1, 5]}}
                  simulate:
                    team: {choice: [billing, network]}
                    urgency: {integer: [1, 5]}
                    note: {text: The customer asks for help.}
                - name: check
                  max_tokens: 80
                  simulate: {verdict: {choice: [agree, disagree]}, share: {number: [0.5, 1.0]}}
                - name: sum
                  scope: expression
                  expressions: {weight: "urgency * 10 + (verdict == 'agree' ? 1 : 0)"}
            api: {provider: %s}
            processing: {chunk_size: 2, brake: off, items: {source: items.jsonl, name_field: id}}
            max_retries: %d
            """.formatted(provider, retries));
        Files.writeString(folder.resolve("templates/label.vm"), """
            Label this ticket: $title
            #foreach($error in $errors)
            - $error.place: $error.message
            #end
            """);
        Files.writeString(folder.resolve("templates/check.vm"), "Is $team, urgency $urgency, right for: $title? $note");
        Files.writeString(folder.resolve("schemas/label.json"), """
            {"type": "object", "properties": {"team": {"enum": ["billing", "network"]}, "urgency": {"type": "integer"},
             "note": {"type": "string", "maxLength": 200}}, "required": ["team", "urgency", "note"]}
            """);
        Files.writeString(folder.resolve("schemas/check.json"), """
            {"type": "object", "properties": {"verdict": {"type": "string", "enum": ["agree", "disagree"]},
             "share": {"type": "number", "minimum": 0, "maximum": 1}}, "required": ["verdict", "share"]}
            """);
        var items = new StringBuilder();
        for (int i = 1; i <= units; i++) {
            items.append("{\"id\": \"t")
                    .append(i)
                    .append("\", \"title\": \"Ticket ")
                    .append(i)
                    .append(" – «dür»\"}\n");
        }
        Files.writeString(folder.resolve("items.jsonl"), items);
        return folder;
    }

    /** Settled ≤ bill ≤ settled + at risk, but for calls of which nobody could know. Nothing where the journal is damaged. */
    static void law(FuzzTrial trial, RunFolder run, Set<String> hidden) throws IOException {
        RunState state;
        try {
            state = RunStore.read(run);
        } catch (UserMistakeException | CorruptJournalException | UncheckedIOException e) {
            return;
        }
        BigDecimal billed = BigDecimal.ZERO;
        BigDecimal unseen = BigDecimal.ZERO;
        for (JsonNode each : bill(run)) {
            BigDecimal usd = each.path("usd").decimalValue();
            billed = billed.add(usd);
            String key = each.path("key").asText();
            if (hidden.stream().anyMatch(name -> name.startsWith(key))) {
                unseen = unseen.add(usd);
            }
        }
        long settledPicos = state.ledger().settledPicos();
        long riskPicos = state.atRiskPicos();
        if (settledPicos < 0 || riskPicos < 0) {
            return;
        }
        BigDecimal settled = BigDecimal.valueOf(settledPicos, 12);
        BigDecimal risk = BigDecimal.valueOf(riskPicos, 12);
        String sums = "settled " + settled.toPlainString() + ", bill " + billed.toPlainString() + " (unseen "
                + unseen.toPlainString() + "), at risk " + risk.toPlainString();
        if (settled.compareTo(billed) > 0) {
            trial.wrong("settled > bill", sums);
        }
        if (billed.subtract(unseen).compareTo(settled.add(risk)) > 0) {
            trial.wrong("bill > settled + at risk", sums);
        }
    }

    private static List<JsonNode> bill(RunFolder run) throws IOException {
        Path home = ShippedRun.simulatorHome(run);
        var lines = new ArrayList<JsonNode>();
        if (Files.exists(home)) {
            var files = new ArrayList<Path>(List.of(home.resolve("bill.jsonl")));
            try (Stream<Path> ofJobs = Files.list(home.resolve("bills"))) {
                ofJobs.filter(file -> file.toString().endsWith(".jsonl")).forEach(files::add);
            }
            for (Path each : files) {
                Files.readAllLines(each).forEach(line -> lines.add(Json.parse(line)));
            }
        }
        return lines;
    }

    static boolean isComplete(RunFolder run) {
        return RunStore.read(run).status() == RunStatus.COMPLETE;
    }

    /** That a run has come to an end, or says what it waits for. Tells whether it is complete. */
    static boolean ended(FuzzTrial trial, RunFolder run) {
        RunState state = RunStore.read(run);
        boolean complete = state.status() == RunStatus.COMPLETE;
        if (complete) {
            for (int unit = 0; unit < state.units().count(); unit++) {
                if (!state.units().outcome(unit).terminal()) {
                    trial.wrong(
                            "a unit without an outcome",
                            "unit " + unit + " of " + state.facts().units());
                }
            }
        } else if (state.reason().isBlank() && !isEstranged(run)) {
            trial.wrong("neither ended nor waiting", state.status() + " without a reason");
        } else if (state.reason().equals("fault")) {
            trial.wrong("paused by our fault", RunStore.summary(state).detail());
        }
        return complete;
    }

    /** Whether it waits for a job that its provider does not have: the job was made, and its name was garbled. */
    static boolean isEstranged(RunFolder run) {
        Path bills = ShippedRun.simulatorHome(run).resolve("bills");
        return RunStore.read(run).works().stream()
                .filter(each -> each.phase() == OpenWork.Phase.CREATED)
                .anyMatch(each -> !Files.exists(bills.resolve(each.providerJob() + ".jsonl")));
    }

    /** What could not be handled is our fault, also where the run went on. */
    static void noDeadLetters(FuzzTrial trial, RunFolder run) throws IOException {
        if (Files.isDirectory(run.deadLetters())) {
            try (Stream<Path> letters = Files.list(run.deadLetters())) {
                for (Path each : letters.sorted().limit(1).toList()) {
                    JsonNode letter = Json.parse(Files.readString(each));
                    String cause = letter.path("cause").asText();
                    trial.wrong(
                            "dead letter, " + FuzzTrial.cause(cause),
                            cause + " " + letter.path("trace").path(0).asText());
                }
            }
        }
    }

    /** Outputs by name. */
    static Map<String, String> outputs(RunFolder run) throws IOException {
        var outputs = new TreeMap<String, String>();
        if (Files.isDirectory(run.outputs())) {
            try (Stream<Path> files = Files.list(run.outputs())) {
                for (Path each : files.filter(Files::isRegularFile).toList()) {
                    outputs.put(
                            String.valueOf(each.getFileName()),
                            new String(Files.readAllBytes(each), StandardCharsets.ISO_8859_1));
                }
            }
        }
        return outputs;
    }
}
