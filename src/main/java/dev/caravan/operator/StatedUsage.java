package dev.caravan.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.run.CommandFolder;
import dev.caravan.run.Picos;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunLog;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import dev.caravan.run.UnitRanges;
import dev.caravan.run.UnknownUsage;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a person says that replies cost which told no usage. It is of replies that were open when it was said: what comes
 * in later stays at risk. Said twice, it changes nothing.
 *
 * @param how they are priced
 * @param picos what all of them cost together; 0 unless that is how
 * @param of which replies are meant, by step
 */
public record StatedUsage(How how, long picos, SortedMap<Integer, Meant> of, String actor, String reason) {

    /** How replies are priced. */
    public enum How {
        /** At what they can have cost at most. */
        WORST,
        /** At nothing. */
        FREE,
        /** At a sum that is said. */
        AMOUNT
    }

    /**
     * Replies of one step.
     *
     * @param units whose replies are meant, as {@link UnitRanges} writes them
     * @param strays whether those of jobs that nobody waited for are meant too
     */
    public record Meant(String units, boolean strays) {}

    /** The facts that a word comes to, or why it comes to none. */
    private record Weighed(List<RunEvent.UsageSettled> events, String trouble) {}

    /**
     * A word on all such replies that are open.
     *
     * @param step place of the only step that is meant; -1 for all
     */
    public static StatedUsage onAll(RunState state, How how, long picos, int step, String actor, String reason) {
        UnknownUsage unknown = state.ledger().unknown();
        var of = new TreeMap<Integer, Meant>();
        for (int i = 0; i < state.facts().steps().size(); i++) {
            if (unknown.calls(i) > 0 && (step < 0 || step == i)) {
                of.put(i, new Meant(UnitRanges.text(unknown.units(i)), unknown.strayCalls(i) > 0));
            }
        }
        return new StatedUsage(how, picos, of, actor, reason);
    }

    /** As it goes along with a command. */
    public String text() {
        ObjectNode node =
                Json.object().put("how", how.name()).put("picos", picos).put("reason", reason);
        ObjectNode steps = node.putObject("of");
        of.forEach((step, meant) -> steps.putObject(String.valueOf(step))
                .put("units", meant.units())
                .put("strays", meant.strays()));
        return Json.text(node);
    }

    /** The word in a command; one on nothing where that is not of our making. */
    public static StatedUsage of(CommandFolder.Command command) {
        try {
            JsonNode node = Json.mapper().readTree(command.text());
            var of = new TreeMap<Integer, Meant>();
            node.path("of")
                    .properties()
                    .forEach(each -> of.put(
                            Integer.valueOf(each.getKey()),
                            new Meant(
                                    each.getValue().path("units").asText(),
                                    each.getValue().path("strays").asBoolean())));
            of.values().forEach(each -> UnitRanges.parse(each.units()));
            return new StatedUsage(
                    How.valueOf(node.path("how").asText()),
                    Math.max(0, node.path("picos").longValue()),
                    of,
                    command.actor(),
                    node.path("reason").asText());
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return new StatedUsage(How.FREE, 0, new TreeMap<>(), command.actor(), "");
        }
    }

    /** Why a word cannot be taken in a run that stands so; empty when it can. */
    public static String trouble(RunState state, StatedUsage word) {
        return weigh(state, word).trouble();
    }

    /**
     * Writes a word down.
     *
     * @return why it cannot be taken; empty when it was, or changes nothing
     */
    public static String say(RunStore store, StatedUsage word) {
        Weighed weighed = store.onState(state -> weigh(state, word));
        weighed.events().forEach(store::recordAndWait);
        return weighed.trouble();
    }

    private static Weighed weigh(RunState state, StatedUsage word) {
        var events = new ArrayList<RunEvent.UsageSettled>();
        for (var each : word.of().entrySet()) {
            int step = each.getKey();
            UnknownUsage unknown = state.ledger().unknown();
            BitSet open = UnitRanges.parse(each.getValue().units());
            open.and(unknown.units(step));
            boolean strays = each.getValue().strays() && unknown.strayCalls(step) > 0;
            long calls = unknown.calls(step, open) + (strays ? unknown.strayCalls(step) : 0);
            if (calls == 0) {
                continue;
            }
            long worst = Picos.sum(unknown.picos(step, open), strays ? unknown.strayPicos(step) : 0);
            String trouble = word.trouble(state, step, new Meant(UnitRanges.text(open), strays), worst);
            if (!trouble.isEmpty()) {
                return new Weighed(List.of(), trouble);
            }
            long picos = switch (word.how()) {
                case WORST -> worst;
                case FREE -> 0;
                case AMOUNT -> word.picos();
            };
            events.add(new RunEvent.UsageSettled(
                    step,
                    UnitRanges.text(open),
                    strays,
                    calls,
                    worst,
                    picos,
                    word.actor(),
                    RunLog.clean(word.reason())));
        }
        return new Weighed(events, "");
    }

    /** @param open what of it is at risk now */
    private String trouble(RunState state, int step, Meant open, long worst) {
        if (how == How.WORST && worst < 0) {
            return "has no price for the model of step " + state.facts().steps().get(step)
                    + ", so nobody knows the worst case: say --usd AMOUNT or --free";
        }
        if (how == How.AMOUNT && of.size() > 1) {
            return "has replies without usage at several steps: name one with --step, for the sum is that step's";
        }
        if (how == How.AMOUNT && !open.equals(of.get(step))) {
            return "was settled in part meanwhile: look again what is left, and say the sum of that";
        }
        return "";
    }
}
