package dev.caravan.cost;

import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model we know.
 *
 * @param aliases other names of it
 * @param context tokens of prompt and answer together; 0 where unknown
 * @param maxInput most tokens of a prompt; 0 where unknown
 * @param maxOutput most tokens of an answer; 0 where unknown
 * @param temperature {@code true}, {@code false}, or the rule under which it takes one
 * @param lifecycle {@code active}, {@code legacy}, {@code deprecated} or {@code retired}
 * @param replacedBy the model to ask instead of one that goes away, or empty
 * @param price null where unknown
 * @param until last day of that price, or null
 * @param then the price afterwards, null where unknown
 * @param date when the price was read
 */
public record Model(
        String id,
        List<String> aliases,
        String provider,
        long context,
        long maxInput,
        long maxOutput,
        String temperature,
        String lifecycle,
        String replacedBy,
        @Nullable Price price,
        @Nullable LocalDate until,
        @Nullable Price then,
        String date) {

    private static final String ONLY_WITHOUT_EFFORT = "only_with_reasoning_effort_none";
    private static final String ONLY_WITH_VERSION = "only_with_anthropic_version_";
    /** For people. */
    static final String TEMPERATURE_RULES =
            "true, false, " + ONLY_WITHOUT_EFFORT + ", " + ONLY_WITH_VERSION + " with the version behind it";

    public Model {
        aliases = List.copyOf(aliases);
    }

    static boolean isTemperatureRule(String text) {
        return List.of("true", "false", ONLY_WITHOUT_EFFORT).contains(text)
                || (text.startsWith(ONLY_WITH_VERSION) && text.length() > ONLY_WITH_VERSION.length());
    }

    /** Whether its provider takes it away, or has done so. */
    public boolean goesAway() {
        return lifecycle.equals("deprecated") || lifecycle.equals("retired");
    }

    /** The price on a day. */
    public @Nullable Price price(LocalDate day) {
        return until != null && day.isAfter(until) ? then : price;
    }

    /**
     * Whether the model takes a temperature from a step: empty when it does, else what to change.
     *
     * @param reasoningEffort that the step asks for, or empty
     * @param apiVersion that the step names, or empty for the one that takes what it asks
     */
    public String refusesTemperature(String reasoningEffort, String apiVersion) {
        if (temperature.startsWith(ONLY_WITH_VERSION)) {
            String version = temperature.substring(ONLY_WITH_VERSION.length());
            return apiVersion.isEmpty() || apiVersion.equals(version) ? "" : "it takes one with api_version " + version;
        }
        return switch (temperature) {
            case "false" -> "leave it out";
            case ONLY_WITHOUT_EFFORT -> reasoningEffort.equals("none") ? "" : "it takes one with reasoning_effort none";
            default -> "";
        };
    }
}
