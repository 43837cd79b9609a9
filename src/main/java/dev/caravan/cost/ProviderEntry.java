package dev.caravan.cost;

import dev.caravan.provider.Account;
import dev.caravan.provider.AccountLimits;

/**
 * A provider as the registry has it: where it is reached, unless the environment says otherwise, and what it takes.
 *
 * @param routes the folder under {@code routes/} that speaks its wire
 * @param keyVariable environment variable of the key
 * @param keyOptional whether it also serves who has no key
 * @param authHeader the header that carries the key
 * @param authPrefix what stands before the key in it, a space included; may be empty
 * @param flavour passed to the mappings of its routes; empty for the wire's own provider
 * @param schemas the kind of JSON Schema it takes for structured answers, {@code none} for none
 * @param tokenizer the tokenizer that counts as its models do, or empty where none is known
 * @param tagged whether a job carries a name of ours; else it is found by the names of its requests
 * @param batch {@code yes}, {@code no}, or {@code ask} where the server must be asked
 * @param limits what it takes
 */
public record ProviderEntry(
        String name,
        String routes,
        String keyVariable,
        boolean keyOptional,
        String baseUrl,
        String baseUrlVariable,
        String defaultModel,
        String authHeader,
        String authPrefix,
        String flavour,
        String schemas,
        String tokenizer,
        boolean tagged,
        String batch,
        AccountLimits limits) {

    /** The account of a key. */
    public Account account(String address, String key) {
        return new Account(name, routes, flavour, "", "", "", authHeader, authPrefix, tagged, limits).at(address, key);
    }
}
