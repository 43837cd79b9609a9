package dev.caravan.execution;

import dev.caravan.base.Problems;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an author of a template may have meant otherwise than it will be taken. */
final class TemplateWords {
    private static final Pattern COMMENT = Pattern.compile("#\\*.*?\\*#", Pattern.DOTALL);

    /** A value or a tag as Jinja, Handlebars, Liquid and Mustache write them. */
    private static final Pattern OTHER_VALUE =
            Pattern.compile("\\{\\{[{~-]?\\s*[#/^>&]?\\s*([A-Za-z_][A-Za-z0-9_.]*)[^{}\\n]{0,200}\\}\\}");

    private static final Pattern OTHER_TAG = Pattern.compile("\\{%[-+]?\\s*[A-Za-z][^%\\n]{0,200}%\\}");

    private TemplateWords() {}

    static boolean saysNothing(String text) {
        return COMMENT.matcher(text).replaceAll("").isBlank();
    }

    /** Each of another language's signs, once a file. */
    static void hint(String file, String text, Problems problems) {
        Matcher value = OTHER_VALUE.matcher(text);
        if (value.find()) {
            problems.hint(
                    file,
                    line(text, value),
                    value.group() + " stays as it is; here a value is written $" + value.group(1));
        }
        Matcher tag = OTHER_TAG.matcher(text);
        if (tag.find()) {
            problems.hint(
                    file,
                    line(text, tag),
                    tag.group()
                            + " stays as it is; here one writes #if( ) … #else … #end, #foreach( ) … #end, #set( )");
        }
    }

    private static String line(String text, Matcher at) {
        return "line "
                + (1
                        + text.substring(0, at.start())
                                .chars()
                                .filter(c -> c == '\n')
                                .count());
    }
}
