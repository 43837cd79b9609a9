package dev.caravan.provider;

/**
 * What a provider takes of an account.
 *
 * @param maxRequests most requests of one job
 * @param maxBytes most bytes of one job's request file
 * @param requestsHeader header of its answers that names the requests allowed each minute; empty where there is none
 * @param tokensHeader the same for tokens
 * @param requestsPerMinute requests that are known to be allowed each minute; 0 where it is not known
 * @param tokensPerMinute the same for tokens
 * @param resultsHours how long a job's results are kept at least, counted from its creation; 0 where it is not known
 * @param enqueuedTokens input tokens that may lie in unfinished jobs of one model; 0 where it is not known
 */
public record AccountLimits(
        int maxRequests,
        long maxBytes,
        String requestsHeader,
        String tokensHeader,
        long requestsPerMinute,
        long tokensPerMinute,
        int resultsHours,
        long enqueuedTokens) {
    static final AccountLimits NONE = new AccountLimits(1, 1, "", "", 0, 0, 0, 0);
}
