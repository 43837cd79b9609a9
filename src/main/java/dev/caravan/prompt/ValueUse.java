package dev.caravan.prompt;

import java.util.List;

/**
 * One place of a template that asks for a value.
 *
 * @param name what the reference begins with
 * @param keys what follows it, as far as it is plain: {@code $who.address.city} has {@code address, city}
 * @param quiet whether it may be missing: {@code $!name}
 * @param condition whether it decides what is shown, in an {@code #if}
 * @param file of the template, or of a part of it
 * @param line of its file, from 1
 */
public record ValueUse(String name, List<String> keys, boolean quiet, boolean condition, String file, int line) {
    public ValueUse {
        keys = List.copyOf(keys);
    }

    /** As an author writes it, without what makes it quiet. */
    public String path() {
        return keys.isEmpty() ? name : name + "." + String.join(".", keys);
    }
}
