package dev.caravan.provider;

/**
 * The name of a request in a batch: letters, digits, {@code _} and {@code -}, at most 64, which every provider takes.
 * Where a job carries no name of ours, its requests do: the last eight digits of the intent's nonce stand at the end.
 */
public final class CallId {
    private static final int LONGEST = 64;
    private static final int NONCE_DIGITS = 8;
    private static final int HASH_DIGITS = 8;

    private CallId() {}

    /** @param nonce of the intent, empty where the job itself carries it */
    public static String of(String callKey, String nonce) {
        String mark = mark(nonce);
        int room = LONGEST - mark.length();
        if (callKey.length() <= room) {
            return callKey + mark;
        }
        String hash = ProviderKeys.fingerprint(callKey);
        return "h" + hash + "-" + callKey.substring(callKey.length() - (room - HASH_DIGITS - 2)) + mark;
    }

    /** What ends the names of an intent's requests; empty for an empty nonce. */
    public static String mark(String nonce) {
        return nonce.isEmpty() ? "" : "_n" + nonce.substring(nonce.length() - NONCE_DIGITS);
    }
}
