package dev.caravan.base;

import java.util.List;

/**
 * What an operator provides for every pipeline is missing or cannot be used: a key, an address, routes, a mapping. No
 * pipeline is at fault, so whoever keeps pipelines tries again once that may have been mended.
 */
public final class NotReadyException extends InvalidFileException {

    public NotReadyException(String file, String path, String message) {
        super(file, path, message);
    }

    NotReadyException(String subject, List<Problems.Problem> problems) {
        super(subject, problems);
    }
}
