package dev.caravan.pipeline;

import java.util.List;

/**
 * One place of a template that shows what the items brought.
 *
 * @param file of the template, and the line in it
 * @param field of the record
 * @param keys below it
 * @param quiet whether it may be missing there
 * @param condition whether it only decides what is shown
 */
public record ItemUse(String file, int line, String field, List<String> keys, boolean quiet, boolean condition) {
    public ItemUse {
        keys = List.copyOf(keys);
    }

    String path() {
        return keys.isEmpty() ? field : field + "." + String.join(".", keys);
    }

    /** Whether the template allows for the absence of what the other shows: asks quietly for it, or for what it is in. */
    boolean allowsFor(ItemUse other, boolean missing) {
        return (quiet || (condition && !missing))
                && file.equals(other.file)
                && (other.path() + ".").startsWith(path() + ".");
    }
}
