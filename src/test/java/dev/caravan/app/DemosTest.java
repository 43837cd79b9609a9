package dev.caravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import dev.caravan.run.StepState;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped demos in both modes, each held to the gates of its README. */
class DemosTest {
    @TempDir
    Path folder;

    private List<JsonNode> run(String demo, Lane lane, String faults, String name) throws Exception {
        try (Engine engine = ShippedRun.engine(faults)) {
            RunFolder run = new ShippedRun(folder).make(Path.of("pipelines", demo), name, Integer.MAX_VALUE);
            return results(ShippedRun.drive(engine, run, lane));
        }
    }

    private static List<JsonNode> results(RunFolder run) throws IOException {
        return lines(run, "results.jsonl");
    }

    private static List<JsonNode> lines(RunFolder run, String file) throws IOException {
        var lines = new ArrayList<JsonNode>();
        for (String each : Files.readAllLines(run.outputs().resolve(file))) {
            lines.add(Json.parse(each));
        }
        return lines;
    }

    private static Map<String, Integer> counts(List<JsonNode> lines, String field) {
        var counts = new TreeMap<String, Integer>();
        lines.forEach(each -> counts.merge(each.path(field).asText(), 1, Integer::sum));
        return counts;
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void drunken_sailor_ends_half_in_the_water(Lane lane) throws Exception {
        List<JsonNode> results = run("drunken-sailor", lane, "", "sailor");

        assertThat(results).hasSize(100);
        Map<String, Integer> outcomes = counts(results, "outcome");
        assertThat(outcomes.keySet()).containsExactly("fell_in_water", "reached_ship");
        assertThat(outcomes.get("fell_in_water")).isBetween(25, 75);
        for (JsonNode each : results) {
            assertThat(each.get("path")).hasSize(each.get("steps_taken").intValue() + 1);
            assertThat(each.get("final_position")).isEqualTo(each.get("position"));
        }
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void fact_check_brings_every_claim_back_to_its_text(Lane lane) throws Exception {
        List<JsonNode> results = run("fact-check", lane, "brokenJson=0.1", "facts");

        assertThat(results).hasSize(12);
        for (JsonNode each : results) {
            List<String> claims = each.path("claims").findValuesAsText("claim");
            List<String> found = each.path("findings").findValuesAsText("claim");
            assertThat(claims).containsSubsequence(found);
            assertThat(each.path("verdict").asText().equals("revise"))
                    .isEqualTo(each.path("findings").findValuesAsText("verdict").contains("contradicted"));
        }
        assertThat(results.stream()
                        .mapToInt(each -> each.path("claims").size()
                                - each.path("findings").size()
                                - each.path("unjudged").intValue())
                        .sum())
                .as("opinions were dropped")
                .isPositive();
        assertThat(folder.resolve("runs/facts/outputs/report.txt")).content().contains("units made of 12");
        assertThat(folder.resolve("runs/facts/outputs/verdicts.txt")).content().contains("publish %");
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void C20_npc_dialog_gives_every_combination_in_character(Lane lane) throws Exception {
        List<JsonNode> results = run("npc-dialog", lane, "", "npc");

        var combinations = new HashSet<String>();
        for (JsonNode each : results) {
            combinations.add(each.at("/personality/id").asText() + each.at("/mood/id") + each.at("/topic/id"));
            assertThat(each.get("personality_score").doubleValue()).isGreaterThanOrEqualTo(0.6);
            assertThat(each.get("mood_score").doubleValue()).isGreaterThanOrEqualTo(0.6);
            assertThat(each.get("tone").asText()).isIn("friendly", "hostile", "neutral", "mysterious", "humorous");
        }
        assertThat(combinations).hasSize(60);
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void blackjack_lets_no_wrong_hand_pass(Lane lane) throws Exception {
        List<JsonNode> results = run("blackjack", lane, "wrongValue=0.1", "wrong");
        var failures = lines(new RunFolder(folder.resolve("runs/wrong")), "failures.jsonl");

        var steps = RunStore.read(new RunFolder(folder.resolve("runs/wrong"))).steps();
        assertThat(results.size() + failures.size()).isEqualTo(900);
        assertThat(steps.stream().mapToInt(StepState::sentBack).sum())
                .as("about a tenth was spoiled, and went back to the player")
                .isBetween(50, 160);
        assertThat(failures).hasSizeLessThan(10);
        for (JsonNode hand : results) {
            assertRight(hand);
        }
        assertThat(failures).allMatch(each -> each.get("step").asText().startsWith("verify"));
    }

    /** Plays the hand once more, here. */
    private static void assertRight(JsonNode hand) {
        List<String> shoe = texts(hand.get("shoe"));
        int limit = List.of(2, 3, 4, 5, 6).contains(total(List.of(shoe.get(1))))
                ? hand.get("hit_below_weak").intValue()
                : hand.get("hit_below_strong").intValue();
        var player = new ArrayList<>(List.of(shoe.get(0), shoe.get(2)));
        var dealer = new ArrayList<>(List.of(shoe.get(1), shoe.get(3)));
        int next = 4;
        while (total(player) < limit) {
            player.add(shoe.get(next++));
        }
        while (total(player) <= 21 && total(dealer) < 17) {
            dealer.add(shoe.get(next++));
        }
        int mine = total(player);
        int theirs = total(dealer);
        boolean won = mine <= 21 && (theirs > 21 || mine > theirs);
        boolean lost = mine > 21 || (theirs <= 21 && mine < theirs);

        assertThat(texts(hand.get("player_cards"))).isEqualTo(player);
        assertThat(texts(hand.get("dealer_cards"))).isEqualTo(dealer);
        assertThat(hand.get("player_total").intValue()).isEqualTo(mine);
        assertThat(hand.get("dealer_total").intValue()).isEqualTo(theirs);
        assertThat(hand.get("player_bust").booleanValue()).isEqualTo(mine > 21);
        assertThat(hand.get("dealer_bust").booleanValue()).isEqualTo(theirs > 21);
        assertThat(hand.get("result").asText()).isEqualTo(won ? "win" : lost ? "lose" : "push");
        assertThat(hand.get("strategy_correct").booleanValue()).isTrue();
        assertThat(texts(hand.get("actions"))).filteredOn("hit"::equals).hasSize(player.size() - 2);
    }

    private static List<String> texts(JsonNode list) {
        var texts = new ArrayList<String>();
        list.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    private static int total(List<String> cards) {
        int sum = 0;
        int aces = 0;
        for (String each : cards) {
            String rank = each.substring(0, each.length() - 1);
            aces += rank.equals("A") ? 1 : 0;
            sum += rank.equals("A") ? 11 : "JQK".contains(rank) ? 10 : Integer.parseInt(rank);
        }
        while (sum > 21 && aces-- > 0) {
            sum -= 10;
        }
        return sum;
    }

    @Test
    void blackjack_without_faults_keeps_every_hand_and_deals_by_the_seed_alone() throws Exception {
        List<JsonNode> batch = run("blackjack", Lane.BATCH, "", "batch");
        List<JsonNode> realtime = run("blackjack", Lane.REALTIME, "", "realtime");

        assertThat(batch).hasSize(900).isEqualTo(realtime);
        assertThat(counts(batch, "strategy_id")).containsOnlyKeys("cautious", "daring", "pro");
        assertThat(counts(batch.subList(0, 20), "result").size()).isGreaterThanOrEqualTo(2);
        assertThat(counts(batch, "difficulty")).containsOnlyKeys("easy", "medium", "hard");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ticket-triage", "drunken-sailor", "blackjack", "npc-dialog"})
    void A99_shipped_pipelines_pass_the_check_without_a_false_alarm(String demo) {
        assertThat(ShippedRun.read(Path.of("pipelines", demo)).steps()).isNotEmpty();
    }
}
