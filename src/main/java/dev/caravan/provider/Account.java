package dev.caravan.provider;

/**
 * Where and as whom a provider is called.
 *
 * @param baseUrl without a slash at the end, version included where the provider's SDK has it so
 * @param key secret: it is sent in one header and never written anywhere
 * @param fingerprint first digits of the key's SHA-256, for records
 */
public record Account(String provider, String baseUrl, String key, String fingerprint) {
    /** For runs that ask nobody. */
    public static final Account NONE = new Account("none", "", "", "");

    public static Account of(String provider, String baseUrl, String key) {
        String plain = baseUrl.endsWith("/") ? baseUrl.substring(0, baseUrl.length() - 1) : baseUrl;
        return new Account(provider, plain, key, Keys.fingerprint(key));
    }

    @Override
    public String toString() {
        return provider + " at " + baseUrl + " as " + fingerprint;
    }
}
