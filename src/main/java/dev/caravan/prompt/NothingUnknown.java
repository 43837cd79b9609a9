package dev.caravan.prompt;

import org.apache.velocity.app.event.InvalidReferenceEventHandler;
import org.apache.velocity.context.Context;
import org.apache.velocity.util.introspection.Info;
import org.jspecify.annotations.Nullable;

/** Makes a reference that means nothing an error, unless it was asked for quietly ({@code $!name}). */
public final class NothingUnknown implements InvalidReferenceEventHandler {

    @Override
    public @Nullable Object invalidGetMethod(
            Context context, String reference, Object object, String property, Info info) {
        if (!reference.startsWith("$!")) {
            throw new UnrenderableException("there is no " + reference.replaceAll("[{}]", ""), info);
        }
        return null;
    }

    @Override
    public boolean invalidSetMethod(Context context, String left, String right, Info info) {
        throw new UnrenderableException("#set needs a value on its right side", info);
    }

    @Override
    public @Nullable Object invalidMethod(Context context, String reference, Object object, String method, Info info) {
        return invalidGetMethod(context, reference, object, method, info);
    }
}
