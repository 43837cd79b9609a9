package dev.caravan.provider;

/**
 * What a reply told of its tokens: a count that can be believed, or that there is none.
 *
 * @param usage the tokens; {@link Usage#NONE} when they are unknown
 * @param unknown why they are unknown, for people; empty when they are known
 * @param raw what was told instead, as JSON, cut to a few hundred characters; empty when it was read
 */
public record UsageReading(Usage usage, String unknown, String raw) {
    /** Of what is no reply: nothing was used. */
    public static final UsageReading NONE = told(Usage.NONE);

    public static UsageReading told(Usage usage) {
        return new UsageReading(usage, "", "");
    }

    public static UsageReading unknown(String why, String raw) {
        return new UsageReading(Usage.NONE, why, raw);
    }

    public boolean known() {
        return unknown.isEmpty();
    }
}
