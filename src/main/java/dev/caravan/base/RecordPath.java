package dev.caravan.base;

/**
 * Which way records, requests and rows go: the short one, or the long one by trees and mappings alone. The long one is
 * the word of what is right; both come to the same bytes, and a test holds them to it.
 */
public final class RecordPath {
    /** The property that says {@code tree} for the long way. */
    public static final String SETTING = "caravan.records";

    private RecordPath() {}

    /** Whether nothing is framed, read by its form, or kept from its booking to its settling. */
    public static boolean isLong() {
        return "tree".equals(System.getProperty(SETTING));
    }
}
