package dev.caravan.prompt;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the signs of other template languages, which are text here: sent, and paid for, as they stand. What a comment or
 * a literal block holds was written so on purpose.
 */
public final class ForeignSyntax {

    /**
     * One sign in a template.
     *
     * @param certain whether it can only be meant for another language; if not, it may be text
     */
    public record Sign(int line, int column, String message, boolean certain) {}

    private static final Map<String, String> ENGINES = Map.ofEntries(
            Map.entry("j2", "Jinja"),
            Map.entry("jinja", "Jinja"),
            Map.entry("jinja2", "Jinja"),
            Map.entry("njk", "Nunjucks"),
            Map.entry("twig", "Twig"),
            Map.entry("liquid", "Liquid"),
            Map.entry("hbs", "Handlebars"),
            Map.entry("handlebars", "Handlebars"),
            Map.entry("mustache", "Mustache"),
            Map.entry("ftl", "FreeMarker"),
            Map.entry("ftlh", "FreeMarker"),
            Map.entry("mako", "Mako"),
            Map.entry("erb", "ERB"),
            Map.entry("ejs", "EJS"));

    /** Endings that say nothing of the language: what stands before them does. */
    private static final Set<String> PLAIN = Set.of("txt", "md", "html", "xml", "json");

    private static final Set<String> TAGS = Set.of(
            ("if elif elseif elsif else endif for endfor set endset macro endmacro block endblock include import from"
                            + " extends raw endraw filter endfilter call endcall with endwith autoescape endautoescape"
                            + " assign capture endcapture unless endunless case when endcase comment endcomment render")
                    .split(" ", -1));

    private static final int MOST_TOLD = 50;
    private static final Set<String> BLOCKS = Set.of("each", "if", "unless", "with");

    private static final Map<String, String> FILTERS = Map.of(
            "upper", "$text.upper(%s)",
            "lower", "$text.lower(%s)",
            "trim", "$text.trim(%s)",
            "tojson", "$json.write(%s)",
            "json", "$json.write(%s)",
            "join", "$text.join(%s, \", \")",
            "default", "$text.default(%s, \"…\")");

    private static final Pattern ON_PURPOSE = Pattern.compile("#\\*.*?\\*#|#\\[\\[.*?\\]\\]#", Pattern.DOTALL);
    private static final String PATH =
            "(?<path>[A-Za-z_][A-Za-z0-9_]*(?:\\.[A-Za-z_0-9]+|\\[[^\\]{}\\n]{0,100}\\]){0,20})";

    /** A value: no colon, comma or quote behind the name, for that is an object of JSON or JavaScript. */
    private static final Pattern VALUE = Pattern.compile("\\{\\{\\{?[~-]?\\s*(?<mark>[#/^>&]?)\\s*"
            + PATH
            + "(?<rest>\\s*(?:[|(+*/%~?<>=!-][^{}\\n]{0,200}|\\s[A-Za-z_@\"'(.][^{}:\\n]{0,200})?)\\s*[~-]?\\}?\\}\\}");

    private static final Pattern TAG = Pattern.compile("\\{%[-+~]?\\s*(?<word>[A-Za-z]+)\\b[^%\\n]{0,200}%\\}");
    private static final Pattern SCRIPT = Pattern.compile("<%[-=]{0,2}\\s*@?" + PATH + "[^%\\n]{0,200}%>");
    private static final Pattern REMARK = Pattern.compile("\\{#-?\\s[^\\n{}]{0,200}\\s-?#\\}");
    private static final Pattern PERCENT = Pattern.compile("%\\(" + PATH + "\\)[sdrf]");
    private static final Pattern BRACES =
            Pattern.compile("(?<![A-Za-z0-9_${}!#\\\\])\\{" + PATH + "(?:![rsa])?(?::[^{}\\s\"']{0,20})?\\}(?!\\})");
    private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final String text;
    private final Predicate<String> known;
    private final List<Sign> signs = new ArrayList<>();
    private final Set<String> told = new HashSet<>();

    private ForeignSyntax(String text, Predicate<String> known) {
        this.text = text;
        this.known = known;
    }

    /** What is wrong with the name of a template's file: empty when nothing is. */
    public static Optional<String> ofName(String file) {
        String[] parts = file.substring(file.lastIndexOf('/') + 1)
                .toLowerCase(Locale.ROOT)
                .split("\\.", -1);
        int last = parts.length - 1;
        String ending = last > 1 && PLAIN.contains(parts[last]) ? parts[last - 1] : parts[last];
        String engine = last < 1 ? null : ENGINES.get(ending);
        return Optional.ofNullable(engine)
                .map(each -> "is a template of " + each
                        + " by its name, and templates here are Velocity's; write $name for a value, #if( ) … #end,"
                        + " #foreach( ) … #end and #set( ), and end the file's name in .vm");
    }

    /**
     * The signs in a template, each kind of them once for each name.
     *
     * @param known whether a name is one of those the template could use
     */
    public static List<Sign> of(String text, Predicate<String> known) {
        String seen = ON_PURPOSE.matcher(text).replaceAll(each -> each.group().replaceAll("[^\\n]", " "));
        var search = new ForeignSyntax(seen, known);
        search.values();
        search.tags();
        search.scripts();
        search.remarks();
        search.formats();
        return search.signs;
    }

    private void values() {
        for (Matcher each = VALUE.matcher(text); each.find(); ) {
            String mark = each.group("mark");
            String path = each.group("path");
            if (mark.equals("#") && BLOCKS.contains(path)) {
                block(each, path);
            } else if (!mark.equals("/") && !(mark.isEmpty() && path.equals("else"))) {
                String rest = each.group("rest");
                boolean certain = known.test(root(path))
                        || (rest.strip().startsWith("(")
                                && WORD.matcher(rest).results().anyMatch(this::isKnown));
                tell("{{" + path, each, value(each, path), certain);
            }
        }
    }

    private void block(Matcher each, String word) {
        Matcher operand = WORD.matcher(each.group("rest"));
        String over = operand.find() ? operand.group() : word;
        String ours = switch (word) {
            case "each" -> "#foreach($each in $" + over + ") … #end";
            case "unless" -> "#if(!$" + over + ") … #end";
            default -> "#if($" + over + ") … #end";
        };
        tell("{{#" + word + over, each, ours, known.test(over));
    }

    private boolean isKnown(MatchResult word) {
        return known.test(word.group());
    }

    private String value(Matcher each, String path) {
        boolean glued = each.end() < text.length() && Character.isLetterOrDigit(text.charAt(each.end()));
        String plain = glued ? "${" + path + "}" : "$" + path;
        String rest = each.group("rest").strip();
        Matcher filter = WORD.matcher(rest);
        String tool = rest.startsWith("|") && filter.find() ? FILTERS.get(filter.group()) : null;
        return tool == null ? plain : tool.formatted("$" + path);
    }

    private void tags() {
        for (Matcher each = TAG.matcher(text); each.find(); ) {
            String word = each.group("word");
            boolean certain = TAGS.contains(word);
            String ours = switch (word) {
                case "if", "unless" -> "#if( ) … #end";
                case "elif", "elseif", "elsif" -> "#elseif( )";
                case "else" -> "#else";
                case "for" -> "#foreach($each in $list) … #end";
                case "set", "assign" -> "#set($name = …)";
                case "raw" -> "#[[ … ]]#";
                case "comment" -> "#* … *#";
                default -> word.startsWith("end") ? "#end" : "#if( ), #foreach( ), #set( ) or #end";
            };
            tell("{%" + word, each, ours, certain);
        }
    }

    private void scripts() {
        for (Matcher each = SCRIPT.matcher(text); each.find(); ) {
            String path = each.group("path");
            tell("<%" + path, each, "$" + path, known.test(root(path)));
        }
    }

    private void remarks() {
        Matcher each = REMARK.matcher(text);
        if (each.find()) {
            tell("{#", each, "#* … *# for a comment", false);
        }
    }

    /** As Python fills texts in; much else looks like it, so it is only a guess, and only of names that are known. */
    private void formats() {
        for (Pattern form : List.of(PERCENT, BRACES)) {
            for (Matcher each = form.matcher(text); each.find(); ) {
                String path = each.group("path");
                if (known.test(root(path))) {
                    tell("{" + path, each, "$" + path, false);
                }
            }
        }
    }

    private static String root(String path) {
        return path.split("[.\\[]", 2)[0];
    }

    private void tell(String what, Matcher at, String ours, boolean certain) {
        if (signs.size() >= MOST_TOLD || !told.add(what)) {
            return;
        }
        String found = at.group();
        int line = 1
                + (int) text.substring(0, at.start())
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
        int column = at.start() - text.lastIndexOf('\n', at.start() - 1);
        signs.add(new Sign(
                line,
                column,
                certain
                        ? found + " is of another template language, and would be sent as it stands; write " + ours
                                + ", or #[[" + found + "]]# to send it so"
                        : found + " stays as it is; if a value is meant, write " + ours,
                certain));
    }
}
