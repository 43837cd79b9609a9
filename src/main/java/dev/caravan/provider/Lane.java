package dev.caravan.provider;

import dev.caravan.base.Worded;

/** How answers are bought: cheaply and later, or at once. */
public enum Lane implements Worded {
    /** Through the provider's batch API, at about half the price. */
    BATCH,
    /** One call at a time, answered at once. */
    REALTIME
}
