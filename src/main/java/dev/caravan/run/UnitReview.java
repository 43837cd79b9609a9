package dev.caravan.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Units that came to an approval step, were shown to people together, and what was said of them. */
public final class UnitReview {

    /**
     * What somebody said.
     *
     * @param approved whether the units pass, or fail
     * @param reason empty where none was given
     */
    public record Word(boolean approved, String actor, String reason) {}

    private final RunEvent.ReviewAsked asked;
    private final UnitSet units;
    private @Nullable Word word;
    private boolean withdrawn;

    UnitReview(RunEvent.ReviewAsked asked) {
        this.asked = asked;
        units = UnitSet.parse(asked.units());
    }

    /** Place of the step. */
    public int step() {
        return asked.step();
    }

    /** Of this step, from 1. */
    public int round() {
        return asked.round();
    }

    /** SHA-256 of the packet that was shown. */
    public String packet() {
        return asked.packet();
    }

    public String detail() {
        return asked.detail();
    }

    /** What is still to be paid when the units pass. */
    public CostOutlook outlook() {
        return asked.outlook();
    }

    /** How many units. */
    public int count() {
        return units.cardinality();
    }

    UnitSet units() {
        return units;
    }

    /** Empty while nobody said anything, and for good when the question was withdrawn. */
    public Optional<Word> word() {
        return Optional.ofNullable(word);
    }

    /** Whether units were to come anew before anybody answered. */
    public boolean withdrawn() {
        return withdrawn;
    }

    boolean isOpen() {
        return word == null && !withdrawn;
    }

    void answer(RunEvent.ReviewAnswered e) {
        word = new Word(e.approved(), e.actor(), e.reason());
    }

    void withdraw() {
        withdrawn = true;
    }

    ObjectNode toJson() {
        ObjectNode node = Json.object();
        node.set("asked", EventJson.body(asked));
        node.set("word", word == null ? node.nullNode() : Json.mapper().valueToTree(word));
        return node.put("withdrawn", withdrawn);
    }

    static UnitReview fromJson(JsonNode node) {
        var review = new UnitReview(Json.mapper().convertValue(node.get("asked"), RunEvent.ReviewAsked.class));
        JsonNode word = node.get("word");
        review.word = word.isNull() ? null : Json.mapper().convertValue(word, Word.class);
        review.withdrawn = node.get("withdrawn").booleanValue();
        return review;
    }
}
