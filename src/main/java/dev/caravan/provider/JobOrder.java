package dev.caravan.provider;

import java.nio.file.Path;

/** A job to create: the request file, and the nonce by which it can be found again. */
public record JobOrder(String job, String nonce, Path requestFile, int requests) {}
