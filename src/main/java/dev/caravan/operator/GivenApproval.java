package dev.caravan.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.run.CommandFolder;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunLog;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import dev.caravan.run.UnitReview;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The word that a run waits for, given once, by somebody who is named: on what the run will cost, or on the units that
 * came to an approval step.
 */
public final class GivenApproval {
    private static final Set<CommandFolder.Verb> WORDS = Set.of(CommandFolder.Verb.APPROVE, CommandFolder.Verb.REJECT);
    private static final int SHORTEST_DIGEST = 8;

    /**
     * What somebody says.
     *
     * @param reason empty where none is given
     * @param step the approval step that is meant; empty for whatever the run waits for
     * @param packet SHA-256 of what they looked at, or how it begins; empty where they do not say
     */
    public record Word(boolean approved, String actor, String reason, String step, String packet) {

        /** For what a run waits for now, whatever comes between. */
        public Word on(RunState state) {
            Optional<UnitReview> review = state.review();
            return review.isEmpty()
                    ? this
                    : new Word(
                            approved,
                            actor,
                            reason,
                            state.facts().steps().get(review.get().step()),
                            review.get().packet());
        }

        /** As it goes along with a command. */
        public String text() {
            return Json.text(
                    Json.object().put("reason", reason).put("step", step).put("packet", packet));
        }

        public static Word of(CommandFolder.Command command) {
            JsonNode text = parsed(command.text());
            return new Word(
                    command.verb() == CommandFolder.Verb.APPROVE,
                    command.actor(),
                    text.path("reason").asText(),
                    text.path("step").asText(),
                    text.path("packet").asText());
        }

        private static JsonNode parsed(String text) {
            try {
                return Json.mapper().readTree(text);
            } catch (JsonProcessingException e) {
                // Not written by us: then it is a reason, and says nothing of what is meant.
                return Json.object().put("reason", text);
            }
        }
    }

    /** The fact that a word comes to, or why it comes to none. */
    private record Weighed(@Nullable RunEvent event, String trouble) {}

    private GivenApproval() {}

    /** Why a word would count for nothing in a run that stands so; empty when it would count. */
    public static String trouble(RunState state, Word word) {
        return weigh(state, word).trouble();
    }

    /**
     * Gives a word.
     *
     * @return why it counts for nothing; empty when it was given
     */
    public static String say(RunStore store, Word word) {
        Weighed weighed = store.onState(state -> weigh(state, word));
        if (weighed.event() != null) {
            store.recordAndWait(weighed.event());
        }
        return weighed.trouble();
    }

    private static Weighed weigh(RunState state, Word word) {
        if (!state.waitsForApproval()) {
            return new Weighed(null, "does not wait for approval" + last(state));
        }
        Optional<UnitReview> review = state.review();
        return review.isPresent() ? weigh(state, review.get(), word) : cost(state, word);
    }

    private static Weighed weigh(RunState state, UnitReview review, Word word) {
        String step = state.facts().steps().get(review.step());
        if (!word.step().isEmpty() && !word.step().equals(step)) {
            return new Weighed(null, "waits for approval of step " + step + ", not of '" + word.step() + "'");
        }
        boolean seen = word.packet().isEmpty()
                || (word.packet().length() >= SHORTEST_DIGEST && review.packet().startsWith(word.packet()));
        if (!seen) {
            return new Weighed(
                    null,
                    "waits for a word on another packet of step " + step + " than " + word.packet() + ": look at round "
                            + review.round() + ", " + review.packet());
        }
        return new Weighed(
                new RunEvent.ReviewAnswered(
                        review.step(),
                        review.round(),
                        review.packet(),
                        word.approved(),
                        word.actor(),
                        RunLog.clean(word.reason())),
                "");
    }

    private static Weighed cost(RunState state, Word word) {
        if (!word.step().isEmpty() || !word.packet().isEmpty()) {
            return new Weighed(null, "waits for approval of what it costs, and of no step yet");
        }
        return new Weighed(
                word.approved()
                        ? new RunEvent.CostApproved(
                                word.actor(),
                                state.outlook().expected(),
                                state.outlook().high(),
                                RunLog.clean(word.reason()))
                        : new RunEvent.RunKilled(RunLog.clean("rejected by " + word.actor() + ": " + word.reason())),
                "");
    }

    /** Who had the last word. */
    private static String last(RunState state) {
        List<UnitReview> reviews = state.reviews();
        for (int i = reviews.size() - 1; i >= 0; i--) {
            Optional<UnitReview.Word> word = reviews.get(i).word();
            if (word.isPresent()) {
                return ": " + word.get().actor()
                        + (word.get().approved() ? " approved" : " rejected") + " round "
                        + reviews.get(i).round() + " of step "
                        + state.facts().steps().get(reviews.get(i).step());
            }
        }
        return state.approvedBy().isEmpty() ? "" : ": " + state.approvedBy() + " approved it";
    }

    /** Whether somebody left a word for a holder that was gone before it looked. */
    public static boolean isLeft(CommandFolder commands) {
        return commands.waiting().stream().anyMatch(each -> WORDS.contains(each.verb()));
    }

    /** Carries out the words that were left. */
    public static void obey(RunStore store, CommandFolder commands) {
        for (CommandFolder.Command each : commands.waiting()) {
            if (WORDS.contains(each.verb())) {
                say(store, Word.of(each));
                commands.done(each);
            }
        }
    }
}
