package dev.caravan.provider;

/**
 * What a reply told of its tokens: a count that can be believed, or that there is none.
 *
 * @param usage the tokens; {@link Usage#NONE} when they are unknown
 * @param unknown why they are unknown, for people; empty when they are known
 * @param most the most that can have been meant by what was told; {@link Usage#NONE} where it says nothing
 * @param raw what was told, as JSON, cut to a few hundred characters; empty when it was read
 */
public record UsageReading(Usage usage, String unknown, Usage most, String raw) {
    /** Of what is no reply: nothing was used. */
    public static final UsageReading NONE = told(Usage.NONE);

    public static UsageReading told(Usage usage) {
        return new UsageReading(usage, "", Usage.NONE, "");
    }

    public static UsageReading unknown(String why, Usage most, String raw) {
        return new UsageReading(Usage.NONE, why, most, raw);
    }

    public boolean known() {
        return unknown.isEmpty();
    }
}
