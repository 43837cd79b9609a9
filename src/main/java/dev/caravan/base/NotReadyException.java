package dev.caravan.base;

/**
 * What an operator provides for every pipeline is missing or cannot be used: a key, an address, routes, a mapping. No
 * pipeline is at fault, so whoever keeps pipelines tries again once that may have been mended.
 */
public final class NotReadyException extends UserMistakeException {

    public NotReadyException(String file, String path, String message) {
        super(file, path, message);
    }

    /** Says the same of what an operator provides. */
    public NotReadyException(UserMistakeException other) {
        super(other.subject(), other.problems());
    }

    /** Everything wrong that was collected. */
    public NotReadyException(Problems problems) {
        super(problems.subject(), problems.all());
    }
}
