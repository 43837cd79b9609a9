package dev.caravan.provider;

import java.nio.file.Path;
import java.util.SortedMap;

/**
 * A job to create: the request file, and the nonce by which it can be found again.
 *
 * @param endpoint of all its requests, as the provider's mapping named it
 * @param headers its requests ask for
 */
public record JobOrder(
        String job,
        String nonce,
        String model,
        Path requestFile,
        int requests,
        long bytes,
        String endpoint,
        SortedMap<String, String> headers) {}
