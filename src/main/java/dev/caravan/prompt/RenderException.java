package dev.caravan.prompt;

/** A template that cannot be rendered for one unit. It harms that unit only. */
public final class RenderException extends Exception {
    public RenderException(String message) {
        super(message);
    }
}
