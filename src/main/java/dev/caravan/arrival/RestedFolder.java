package dev.caravan.arrival;

import org.jspecify.annotations.Nullable;

/**
 * What a folder holds that has come to rest.
 *
 * @param refusal what it cannot be used with; the digest then stands for that
 */
record RestedFolder(String digest, @Nullable ArrivalRefusal refusal) {}
