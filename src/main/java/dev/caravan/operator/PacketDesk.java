package dev.caravan.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Sha256;
import dev.caravan.base.UnitRecord;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.run.CostOutlook;
import dev.caravan.run.Lineage;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import dev.caravan.run.UnitRanges;
import dev.caravan.settle.RecordReader;
import dev.caravan.step.PreparedStep;
import dev.caravan.step.RunSteps;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Asks people about the units that came to an approval step: writes the packet they are to look at, durably, before the
 * question. Written again after a crash it is the same, as long as the same units wait.
 */
public final class PacketDesk {
    private final RunStore store;
    private final Pipeline pipeline;
    private final List<PreparedStep> steps;
    private final RecordReader records;
    private final OutlookSource outlook;

    public PacketDesk(RunStore store, RunSteps judging, RecordReader records, OutlookSource outlook) {
        this.store = store;
        this.pipeline = judging.pipeline();
        this.steps = judging.steps();
        this.records = records;
        this.outlook = outlook;
    }

    /** The question for the units that wait at a step. Nothing in the run moves meanwhile. */
    public RunEvent.ReviewAsked ask(int step) {
        PreparedStep.Reviewing reviewing = steps.get(step).reviewing().orElseThrow();
        RunFacts facts = store.facts();
        String name = facts.steps().get(step);
        BitSet units = store.onState(state -> state.waitingAt(step));
        int round = store.onState(state -> state.nextRound(step));
        int[] ordered = store.onState(state -> ordered(units, state.units().lineage()));
        int[] shown = spread(ordered, reviewing.sample(), reviewing.seed() * 31 + round);

        var sample = new ArrayList<ObjectNode>();
        ArrayNode lines = Json.mapper().createArrayNode();
        for (int unit : shown) {
            ObjectNode record = records.before(step, unit);
            sample.add(record);
            lines.add(line(records.input(unit), record));
        }
        CostOutlook rest = outlook.behind(
                pipeline, store.onState(RunState::lane), facts.simulated(), step, sample, ordered.length);
        ObjectNode packet = Json.object().put("run", facts.run()).put("pipeline", facts.pipeline());
        packet.put("step", name).put("round", round);
        packet.put("about", reviewing.step().description());
        store.onState(state -> account(packet, state, step, units));
        packet.set("cost_behind_usd", usd(rest));
        packet.set("sample", lines);
        byte[] bytes = Json.pretty(packet).getBytes(StandardCharsets.UTF_8);
        String digest = Sha256.hex(bytes);
        Path folder = store.folder().packet(name, round);
        store.disk().createDirectories(folder);
        store.disk()
                .replace(
                        folder.resolve("packet.md"),
                        PacketText.of(packet, digest).getBytes(StandardCharsets.UTF_8));
        store.disk().replace(folder.resolve("packet.json"), bytes);
        return new RunEvent.ReviewAsked(
                step, round, UnitRanges.text(units), digest, detail(packet, rest, folder.resolve("packet.md")), rest);
    }

    private String detail(ObjectNode packet, CostOutlook rest, Path file) {
        return packet.path("waiting") + " units wait at step "
                + packet.path("step").asText() + ", round "
                + packet.path("round") + "; look at " + store.folder().root().relativize(file)
                + "; the steps behind it cost " + PacketText.cost(rest);
    }

    /** In the order of the input, whoever was done first. */
    private static int[] ordered(BitSet units, Lineage lineage) {
        return lineage.units() == lineage.roots()
                ? units.stream().toArray()
                : Arrays.stream(lineage.order()).filter(units::get).toArray();
    }

    /** One of every stretch. */
    static int[] spread(int[] ordered, int wanted, long seed) {
        if (ordered.length <= wanted) {
            return ordered;
        }
        var random = new SplittableRandom(seed);
        var drawn = new int[wanted];
        for (int i = 0; i < wanted; i++) {
            int from = (int) ((long) i * ordered.length / wanted);
            int to = (int) ((i + 1L) * ordered.length / wanted);
            drawn[i] = ordered[from + random.nextInt(to - from)];
        }
        return drawn;
    }

    /** A unit as it came into the run, and what was made of it since. */
    private static ObjectNode line(ObjectNode input, ObjectNode record) {
        ObjectNode line = Json.object().put(UnitRecord.ID, UnitRecord.id(record));
        ObjectNode given = line.putObject("input");
        ObjectNode made = line.putObject("made");
        for (Map.Entry<String, JsonNode> each : record.properties()) {
            String name = each.getKey();
            if (!name.startsWith("_") && !name.equals(UnitRecord.ID)) {
                (each.getValue().equals(input.get(name)) ? given : made).set(name, each.getValue());
            }
        }
        return line;
    }

    /** Counts and money. */
    private static ObjectNode account(ObjectNode packet, RunState state, int step, BitSet units) {
        packet.put("waiting", units.cardinality()).put("units", UnitRanges.text(units));
        ObjectNode failed = packet.putObject("failed_before");
        ObjectNode dropped = packet.putObject("dropped_before");
        for (int i = 0; i < step; i++) {
            String name = state.facts().steps().get(i);
            int gone = state.steps().get(i).failed();
            if (gone > 0) {
                failed.put(name, gone);
            }
            if (state.steps().get(i).dropped() > 0) {
                dropped.put(name, state.steps().get(i).dropped());
            }
        }
        packet.put("spent_usd", state.ledger().settled().usd());
        packet.put("at_risk_usd", state.atRisk().usd());
        if (state.ledger().unknown().calls() > 0) {
            packet.put("unknown_usage_replies", state.ledger().unknown().calls());
        }
        return packet.put("simulated", state.facts().simulated());
    }

    private static ObjectNode usd(CostOutlook rest) {
        ObjectNode node = Json.object();
        node.put("low", rest.low().usd());
        node.put("expected", rest.expected().usd());
        node.put("high", rest.high().usd());
        node.put("worst", rest.worst().usd());
        return node.put("basis", rest.basis());
    }
}
