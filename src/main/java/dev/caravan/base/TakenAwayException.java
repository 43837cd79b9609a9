package dev.caravan.base;

import java.io.IOException;
import java.io.UncheckedIOException;

/** What a process was writing to is not there any more, or not as it left it. Nothing it would write would count. */
public final class TakenAwayException extends UncheckedIOException {
    public TakenAwayException(String message, String why) {
        super(message + ": " + why, new IOException(why));
    }
}
