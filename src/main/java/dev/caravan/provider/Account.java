package dev.caravan.provider;

import dev.caravan.base.SecretBlotter;

/**
 * Where and as whom a provider is called.
 *
 * @param routes the folder under {@code routes/} whose routes call it
 * @param flavour passed to the routes' mappings, see the registry
 * @param baseUrl without a slash at the end, version included where the provider's SDK has it so
 * @param key secret: it is sent in one header, and blotted out of whatever comes back; empty where none is needed
 * @param fingerprint first digits of the key's SHA-256, for records
 * @param authHeader the header that carries the key
 * @param authPrefix what stands before the key in it
 * @param tagged whether its jobs carry a name of ours
 * @param limits what it takes
 */
public record Account(
        String provider,
        String routes,
        String flavour,
        String baseUrl,
        String key,
        String fingerprint,
        String authHeader,
        String authPrefix,
        boolean tagged,
        AccountLimits limits) {
    public Account {
        SecretBlotter.add(key);
    }

    /** For runs that ask nobody. */
    public static final Account NONE =
            new Account("none", "none", "", "", "", "", "Authorization", "", true, AccountLimits.NONE);

    /** The account of a key at a provider, with its base URL and key put in. */
    public Account at(String url, String secret) {
        return new Account(
                provider,
                routes,
                flavour,
                BaseUrl.plain(url),
                secret,
                secret.isEmpty() ? "none" : ProviderKeys.fingerprint(secret),
                authHeader,
                authPrefix,
                tagged,
                limits);
    }

    /** What the header of the key holds. */
    public String credential() {
        return authPrefix + key;
    }

    @Override
    public String toString() {
        return provider + " at " + baseUrl + " as " + fingerprint;
    }
}
