package dev.caravan.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Csv;
import dev.caravan.base.Json;
import dev.caravan.base.UnitRecord;
import dev.caravan.cost.MoneyText;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunSummary;
import dev.caravan.run.RunView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Holds runs side by side: what each was asked of, what came of it, what it cost; and two of them unit by unit. */
public final class RunComparison {
    private static final int SHOWN = 20;

    private RunComparison() {}

    private static List<String> row(RunFolder folder) {
        RunView view = RunView.of(folder);
        RunState state = view.state();
        RunSummary run = view.summary();
        var models = new TreeSet<String>();
        state.ledger().lines().forEach(each -> models.add(each.model()));
        int settled = run.progress().done() + run.progress().failed();
        return List.of(
                folder.name(),
                run.pipeline(),
                String.join("+", models),
                run.mode().word(),
                run.status().toString(),
                Integer.toString(run.progress().units()),
                Integer.toString(run.progress().done()),
                settled == 0 ? "-" : Math.round(1000.0 * run.progress().done() / settled) / 10.0 + "%",
                MoneyText.cost(run),
                run.progress().done() == 0 || run.cost().picos() < 0
                        ? "-"
                        : MoneyText.display(run.cost().picos() / run.progress().done()));
    }

    private static final List<String> COLUMNS =
            List.of("run", "pipeline", "models", "mode", "status", "units", "valid", "pass", "cost", "per valid unit");

    public static String text(List<RunFolder> runs) {
        var rows = new ArrayList<List<String>>();
        rows.add(COLUMNS);
        runs.forEach(each -> rows.add(row(each)));
        return TextTable.of(rows, 5);
    }

    public static String csv(List<RunFolder> runs) {
        var text = new StringBuilder(Csv.text(COLUMNS));
        runs.forEach(each -> text.append(Csv.text(row(each))));
        return text.toString();
    }

    public static ObjectNode json(List<RunFolder> runs) {
        ObjectNode node = Json.object();
        ArrayNode array = node.putArray("runs");
        runs.forEach(each -> array.add(RunReport.of(each, "").json()));
        return node;
    }

    /**
     * Two runs, unit by unit: which units only one of them has, and which fields differ.
     *
     * @param fields to hold side by side; empty for all but those that only one run has
     */
    public static ObjectNode units(RunFolder first, RunFolder second, List<String> fields) {
        Map<String, ObjectNode> left = new HashMap<>();
        RunResults.of(first).each(each -> left.put(UnitRecord.id(each), each));
        var counts = new HashMap<String, Integer>();
        var differing = new ArrayList<ObjectNode>();
        int[] found = new int[3];
        RunResults.of(second).each(each -> {
            ObjectNode other = left.remove(UnitRecord.id(each));
            if (other == null) {
                found[1]++;
                return;
            }
            found[0]++;
            ObjectNode difference = difference(other, each, fields);
            if (!difference.isEmpty()) {
                found[2]++;
                difference.fieldNames().forEachRemaining(name -> counts.merge(name, 1, Integer::sum));
                if (differing.size() < SHOWN) {
                    ObjectNode line = Json.object().put(UnitRecord.ID, UnitRecord.id(each));
                    differing.add(line.setAll(difference));
                }
            }
        });
        ObjectNode node = Json.object().put("first", first.name()).put("second", second.name());
        node.put("in_both", found[0]).put("only_in_first", left.size()).put("only_in_second", found[1]);
        node.put("alike", found[0] - found[2]).put("differing", found[2]);
        ObjectNode byField = node.putObject("differing_by_field");
        new TreeMap<>(counts).forEach(byField::put);
        ArrayNode examples = node.putArray("examples");
        differing.forEach(examples::add);
        return node;
    }

    private static ObjectNode difference(ObjectNode left, ObjectNode right, List<String> fields) {
        ObjectNode difference = Json.object();
        var names = new TreeSet<String>(fields);
        if (fields.isEmpty()) {
            left.fieldNames().forEachRemaining(names::add);
            names.removeIf(each -> !right.has(each));
        }
        for (String each : names) {
            JsonNode one = RunResults.at(left, each);
            JsonNode other = RunResults.at(right, each);
            if (!one.equals(other)) {
                ObjectNode pair = difference.putObject(each);
                pair.set("first", one.isMissingNode() ? null : one);
                pair.set("second", other.isMissingNode() ? null : other);
            }
        }
        return difference;
    }
}
