package dev.caravan.octobatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.expression.Evaluation;
import dev.caravan.expression.Expression;
import dev.caravan.prompt.RenderException;
import dev.caravan.prompt.TemplateEngine;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Jinja in, a template of ours out, and the text that comes of real data. A line break is written ⏎. */
class TemplateWriterTest {
    private static final ObjectNode RECORD = (ObjectNode) Json.parse("""
            {"unit_id": "u1", "name": "Ada", "n": 3, "price": 2.5, "zero": 0, "flag": true, "off": false, "nil": null,
             "empty": "", "tags": ["red", "blue"], "nothing": [], "who": {"name": "Bo", "age": 9, "full name": "Bo B"},
             "people": [{"name": "Bo", "age": 9, "ok": true}, {"name": "Cy", "age": 3, "ok": false}],
             "pairs": [["a", 1], ["b", 2]], "text": "to be or", "key": "age", "size": 2}
            """);

    private record Made(String template, ImportFindings findings, HelperExpressions helpers) {}

    private static Made made(String jinja, Map<String, String> others) {
        var findings = new ImportFindings();
        Map<String, ValueType> fields = FieldTypes.of(RECORD);
        var helpers = new HelperExpressions(new HashSet<>(fields.keySet()));
        var names = new TemplateNames(fields, Set.of("api"), false);
        String text = TemplateWriter.written(
                "t.jinja2", jinja, "ask", names, helpers, findings, each -> Optional.ofNullable(others.get(each)));
        return new Made(text, findings, helpers);
    }

    private static String rendered(Made made) throws RenderException {
        ObjectNode record = RECORD.deepCopy();
        made.helpers()
                .expressions()
                .forEach((name, text) ->
                        record.set(name, Expression.compile(text).evaluate(new Evaluation(record, null))));
        ObjectNode config = (ObjectNode) Json.parse("{\"api\": {\"model\": \"m\"}}");
        return new TemplateEngine()
                .compile("t", made.template())
                .render(record, Json.object(), config, Json.mapper().createArrayNode());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '¦',
            quoteCharacter = '\0',
            value = {
                "Hello {{ name }}!¦Hello Ada!",
                "{{ name }}s {{name}}.x {{ name }}[0] {{ who.name }}.¦Adas Ada.x Ada[0] Bo.",
                "{{ who['name'] }} {{ who['full name'] }} {{ tags[0] }} {{ tags[-1] }} {{ who[key] }}¦Bo Bo B red blue 9",
                "It costs $5, ${HOME}, $name and C#, #if (x), #end, ## Title¦It costs $5, ${HOME}, $name and C#, #if (x), #end, ## Title",
                "a \\$x \\{{ name }} #{else} #* #[[ #@x¦a \\$x \\Ada #{else} #* #[[ #@x",
                "{% if flag %}yes{% else %}no{% endif %}¦yes",
                "{% if n > 5 %}big{% elif n == 3 %}three{% else %}small{% endif %}text¦threetext",
                "{% if not off and name == 'Ada' %}ok{% endif %}¦ok",
                "{% if flag and (n < 2 or price > 2) %}ok{% endif %}¦ok",
                "{% if 'red' in tags %}a{% endif %}{% if 'x' not in tags %}b{% endif %}{% if 'be' in text %}c{% endif %}{% if 'age' in who %}d{% endif %}¦abcd",
                "{% if name in ['Ada', 'Bo'] %}in{% endif %}{% if n not in (1, 2) %}out{% endif %}¦inout",
                "{% if missing is defined %}a{% else %}b{% endif %}{% if zero is defined %}c{% endif %}{% if missing is not defined %}d{% endif %}¦bcd",
                "{% if missing is defined and missing %}a{{ missing }}{% endif %}b¦b",
                "{% if nil is none %}a{% endif %}{% if name is not none %}b{% endif %}{% if nil == None %}c{% endif %}¦abc",
                "{% if n is odd %}odd{% endif %}{% if n is divisibleby 3 %}three{% endif %}{% if n is even %}even{% endif %}¦oddthree",
                "{% if n is number and name is string and who is mapping %}types{% endif %}¦types",
                "{% if tags %}some{% endif %}{% if nothing %}x{% endif %}{% if empty %}x{% endif %}{% if zero %}x{% endif %}¦some",
                "{% if tags|length > 1 %}many{% endif %}{{ tags|length }}{{ tags | count }}¦many22",
                "{% for t in tags %}[{{ t }}]{% endfor %}¦[red][blue]",
                "{% for t in tags %}{{ loop.index }}.{{ loop.index0 }}/{{ loop.length }}{{ t }}{% if not loop.last %}, {% endif %}{% endfor %}¦1.0/2red, 2.1/2blue",
                "{% for t in tags %}{{ loop.revindex }}{% if loop.first %}first{% endif %}{% endfor %}¦2first1",
                "{% for p in people if p.ok %}{{ p.name }}{% endfor %}¦Bo",
                "{% for t in nothing %}x{% else %}none{% endfor %}{% for t in tags %}y{% else %}none{% endfor %}¦noneyy",
                "{% for k, v in who.items() %}{{ k }}={{ v }};{% endfor %}¦name=Bo;age=9;full name=Bo B;",
                "{% for k in who %}{{ k }},{% endfor %}{% for v in who.values() %}{{ v }},{% endfor %}¦name,age,full name,Bo,9,Bo B,",
                "{% for a, b in pairs %}{{ a }}{{ b }}{% endfor %}¦a1b2",
                "{% for i in range(3) %}{{ i }}{% endfor %}{% for i in range(1, 3) %}{{ i }}{% endfor %}¦01212",
                "{% for i in range(n) %}{{ i }}{% endfor %}{% for i in range(1, n + 1) %}{{ i }}{% endfor %}¦012123",
                "{% for t in missing|default([]) %}{{ t }}{% endfor %}.¦.",
                "{% for p in people %}{% for t in tags %}{{ p.name }}{{ t }}{{ loop.index }} {% endfor %}{{ loop.index }}{% endfor %}¦Bored1 Boblue2 1Cyred1 Cyblue2 2",
                "{% for p in people|selectattr('ok') %}{{ p.name }}{% endfor %}{% for p in people|rejectattr('ok') %}{{ p.name }}{% endfor %}¦BoCy",
                "{% for p in people|sort(attribute='age') %}{{ p.name }}{% endfor %}{% for t in tags|sort %}{{ t }}{% endfor %}¦CyBobluered",
                "{% for p in people|selectattr('age', 'gt', 5) %}{{ p.name }}{% endfor %}¦Bo",
                "{{ tags|join(', ') }} {{ tags|join }}¦red, blue redblue",
                "{{ people|map(attribute='name')|join('; ') }} {{ people|join(',', attribute='age') }}¦Bo; Cy 9,3",
                "{{ tags|map('upper')|join('-') }} {{ people|sum(attribute='age') }} {{ tags|sort|first }}¦RED-BLUE 12 blue",
                "{{ name|upper }} {{ name|lower }} {{ ' x '|trim }} {{ name.upper() }} {{ text|title }} {{ text|capitalize }}¦ADA ada x ADA To Be Or To be or",
                "{{ missing|default('none') }} {{ name|default('none') }} {{ missing|d(3) }} {{ who.town|default('nowhere') }}¦none Ada 3 nowhere",
                "{{ who.get('town', 'no town') }} {{ who.get('name') }}¦no town Bo",
                "{{ who|tojson }} {{ tags | tojson }}¦{\"name\":\"Bo\",\"age\":9,\"full name\":\"Bo B\"} [\"red\",\"blue\"]",
                "{{ price|round(2) }} {{ '%.1f'|format(price) }} {{ \"%s-%s\"|format(name, n) }}¦2.50 2.5 Ada-3",
                "{{ text|truncate(5) }} {{ text|replace('to', 'not to') }} {{ text|wordcount }}¦to be not to be or 3",
                "{{ n + 1 }} {{ n * 2 - 1 }} {{ n / 2 }} {{ n // 2 }} {{ n % 2 }} {{ -n }} {{ 2 ** n }}¦4 5 1.5 1 1 -3 8",
                "{{ 'yes' if flag else 'no' }} {{ 'x' if off }}|{{ missing if off else name }}¦yes |Ada",
                "{{ empty or 'nobody' }} {{ name and 'somebody' }}¦nobody somebody",
                "{{ 'n=' ~ n ~ '!' }} {{ 'Hi ' + name }} {{ \"it's\" }}¦n=3! Hi Ada it's",
                "{% set x = n + 1 %}{{ x }} {% set y = name ~ '-' ~ x %}{{ y }} {% set a, b = 1, 2 %}{{ a }}{{ b }}¦4 Ada-4 12",
                "{% set ns = namespace(total=0) %}{% for p in people %}{% set ns.total = ns.total + p.age %}{% endfor %}{{ ns.total }}¦12",
                "{% set x = 'a' if flag else 'b' %}{{ x }}{% if (n + 1) > 3 %}c{% endif %}¦ac",
                "a{# note #}b¦ab",
                "{% raw %}{{ name }} $name{% endraw %} {{ name }}¦{{ name }} $name Ada",
                "{{ name -}}   x   {{- name }}¦AdaxAda",
                "A⏎{% if flag %}⏎B⏎{% endif %}⏎C¦A⏎B⏎C",
                "{% if flag %}A{% endif %}⏎B¦A⏎B",
                "T{%- for t in tags %}⏎* {{ t }}{%- endfor %}⏎E¦T⏎* red⏎* blue⏎E",
                "T{%- if off %}⏎x{%- elif flag %}⏎y{%- endif %}⏎⏎E¦T⏎y⏎⏎E",
                "T{%- for p in people %}⏎* {{ p.name }}{%- for t in tags %}⏎  - {{ t }}{%- endfor %}{%- endfor %}⏎E¦T⏎* Bo⏎  - red⏎  - blue⏎* Cy⏎  - red⏎  - blue⏎E",
                "{{ name }}{%- for k, v in who.items() %}⏎* {{ k }}{%- endfor %}⏎E¦Ada⏎* name⏎* age⏎* full name⏎E",
                "a⏎  {% if flag %}x{% endif %}⏎  {{ 'y' if flag else 'z' }}⏎b¦a⏎  x⏎  y⏎b",
                "{% for t in tags %}{{ t }}{% endfor %}⏎{% if off %}a{% else %}⏎b{% endif %}⏎c¦redblue⏎⏎b⏎c",
                "{% for t in tags -%}⏎  {{ t }}⏎{%- endfor %}.¦redblue.",
                "{% for t in tags %}⏎- {{ t }}⏎{% endfor %}⏎end¦- red⏎- blue⏎end",
                "{% for k, v in who.items() %}⏎- {{ k }}: {{ v }}⏎{% endfor %}⏎end¦- name: Bo⏎- age: 9⏎- full name: Bo B⏎end",
                "a⏎  {% if n + 1 == 4 %}⏎  x⏎  {% endif %}⏎y¦a⏎  x⏎y",
                "{{ tags|join('⏎') }}¦red⏎blue",
                "{{ tags|join('\\n') }}¦red⏎blue",
                "{{ tags[:1]|join(',') }} {{ text[:2] }} {{ people[0].name }} {{ people[0]['age'] }}¦red to Bo 9",
                "{% include 'part.jinja2' %}!¦part of Ada!",
                "{{ api.model }} {{ config.api.model }}¦m m",
                "{{ '$name' }} {{ '{{' }} {{ \"a\" \"b\" }}¦$name {{ ab",
                "{% for p in people %}{{ p.name|upper }}{{ ',' if not loop.last else '.' }}{% endfor %}¦BO,CY.",
                "{% for p in people %}{% if p.age > 5 and loop.first %}{{ p.age + 1 }}{% endif %}{% endfor %}¦10",
                "{{ flag and n > 2 }}{{ '' if flag else 'x' }}¦true",
                "{{ size }} {{ who.age }} {{ people|length }}{% if people|length %}!{% endif %}¦2 9 2!",
                "{% if name|length > 2 and name|upper == 'ADA' %}x{% endif %}{% if name.startswith('A') %}y{% endif %}¦xy",
            })
    void says_what_jinja_says(String jinja, String expected) throws RenderException {
        Made made = made(jinja.replace('⏎', '\n'), Map.of("part.jinja2", "part of {{ name }}"));
        assertThat(made.findings().left()).as(made.template()).isEmpty();
        assertThat(rendered(made).replace('\n', '⏎')).as(made.template()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '¦',
            quoteCharacter = '\0',
            value = {
                "Dear {{ name }},¦Dear $name,",
                "{% for t in tags %}- {{ t }}{% endfor %}¦#foreach($t in $tags)- $t#end",
                "{% if n > 1 and flag %}x{% endif %}¦#if($n > 1 && $flag)x#end",
                "{% if tags|length > 1 %}x{% endif %}¦#if($tags.size() > 1)x#end",
                "{{ tags|join(', ') }}¦$text.join($tags, \", \")",
                "{{ missing|default('-') }}¦$text.default($!missing, \"-\")",
                "{{ who|tojson(indent=2) }}¦$json.pretty($who)",
            })
    void reads_as_a_person_would_write_it(String jinja, String ours) {
        assertThat(made(jinja, Map.of()).template()).isEqualTo(ours);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ name|weird }}",
                "{% macro m(a) %}x{{ a }}{% endmacro %}",
                "{% extends 'base.jinja2' %}",
                "{% include name %}",
                "{% include '../../secret' %}",
                "{{ cycler('a', 'b') }}",
                "{{ name.__class__ }}",
                "{{ name",
                "{% if flag %}never closed",
                "{% for p in people %}{{ p.name|title }}{% endfor %}",
                "{% for p in people recursive %}x{% endfor %}",
                "{% set x %}block{% endset %}",
                "{{ _raw_text }}",
                "{{ open('x') }}",
                "{% if name is weird %}x{% endif %}",
                "{% endif %}",
            })
    void what_has_no_equal_stands_as_a_comment_and_is_told(String jinja) {
        Made made = made("before " + jinja + " after", Map.of());
        assertThat(made.findings().left()).as(made.template()).isNotEmpty();
        assertThat(made.template()).contains("#* not carried over").contains("before");
        new TemplateEngine().compile("t", made.template());
    }

    /** A template made by chance, and what Jinja would make of it. */
    private record Grown(String jinja, String text) {}

    private static Grown grown(Random dice, int depth) {
        String[] texts = {"a", "\n", " b\n", "\n  c", " ", "\n\n", "d $x", "- "};
        var jinja = new StringBuilder();
        var text = new StringBuilder();
        for (int i = dice.nextInt(4); i >= 0; i--) {
            int kind = depth > 3 ? 0 : dice.nextInt(6);
            Grown one = kind < 2 ? new Grown("", "") : grown(dice, depth + 1);
            Grown other = kind < 2 ? one : grown(dice, depth + 1);
            boolean holds = dice.nextBoolean();
            String word = holds ? "flag" : "off";
            switch (kind) {
                case 0, 1 -> {
                    String plain = texts[dice.nextInt(texts.length)];
                    jinja.append(plain);
                    text.append(plain);
                }
                case 2 -> {
                    jinja.append("{% if " + word + " %}" + one.jinja() + "{% else %}" + other.jinja() + "{% endif %}");
                    text.append(holds ? one.text() : other.text());
                }
                case 3 -> {
                    jinja.append("{% if " + word + " %}" + one.jinja() + "{% endif %}{{ name }}");
                    text.append(holds ? one.text() : "").append("Ada");
                }
                case 4 -> {
                    jinja.append("{% for t in tags %}" + one.jinja() + "{% endfor %}");
                    text.append(one.text().repeat(2));
                }
                default -> {
                    jinja.append("{% set v = n %}{{ v }}{% for k, v in who.items() if flag %}" + one.jinja()
                            + "{% endfor %}");
                    text.append("3").append(one.text().repeat(3));
                }
            }
        }
        return new Grown(jinja.toString(), text.toString());
    }

    @Test
    void no_lines_run_into_each_other_wherever_the_tags_stand() throws RenderException {
        String shortest = "";
        for (int seed = 0; seed < 1_200; seed++) {
            Grown grown = grown(new Random(seed), 1 + seed % 3);
            Made made = made(grown.jinja(), Map.of());
            assertThat(made.findings().left()).isEmpty();
            if (!lines(rendered(made)).equals(lines(grown.text()))) {
                String told = grown.jinja() + "\n=>\n" + made.template() + "\n=>\n" + rendered(made);
                shortest = shortest.isEmpty() || told.length() < shortest.length() ? told : shortest;
            }
        }
        assertThat(shortest).isEmpty();
    }

    private static List<String> lines(String text) {
        return text.lines().map(String::strip).filter(each -> !each.isEmpty()).toList();
    }

    @Test
    void a_condition_that_has_no_equal_lets_no_prompt_be_made() {
        Made made = made("{% if name is weird %}x{% endif %}", Map.of());
        assertThat(new TemplateEngine().compile("t", made.template()).uses())
                .anyMatch(each -> each.name().equals("todo") && !each.quiet());
    }

    @Test
    void what_is_nested_without_end_does_no_harm() {
        for (String each : new String[] {"{% if n %}", "{{ ", "{% for x in y %}", "{# ", "{{ (", "{% include 'a' %}"}) {
            Made made = made(each.repeat(3_000), Map.of("a", "{% include 'a' %}"));
            assertThat(made.findings().left()).isNotEmpty();
        }
    }

    @Test
    void values_of_later_steps_wait_until_their_fields_are_there() {
        var helpers = new HelperExpressions(new TreeSet<>());
        var names = new TemplateNames(Map.of(), Set.of(), true);
        TemplateWriter.written(
                "t", "{{ rows[:2]|tojson }}", "sum up", names, helpers, new ImportFindings(), e -> Optional.empty());
        String text = Objects.requireNonNull(helpers.expressions().get("sum_up_value_1"));
        assertThat(Expression.compile(text)
                        .evaluate(new Evaluation(Json.object(), null))
                        .textValue())
                .isEmpty();
        assertThat(Expression.compile(text).names()).isEmpty();
    }
}
