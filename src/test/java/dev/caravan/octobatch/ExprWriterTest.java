package dev.caravan.octobatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.expression.Evaluation;
import dev.caravan.expression.Expression;
import dev.caravan.expression.SeededRandom;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Python in, our words out, and the value that Python gives. */
class ExprWriterTest {
    private static final ObjectNode RECORD = (ObjectNode) Json.parse("""
            {"bank": 7, "die": 5, "price": 2.5, "name": "Ada Byron", "empty": "", "none": null, "flag": true,
             "scores": [3, 1, 2], "cards": ["K", "7", "A", "10"], "who": {"name": "Bo", "age": 9},
             "people": [{"name": "Bo", "age": 9}, {"name": "Cy", "age": 3}], "mixed": [1, "a", null],
             "default": 4, "start": 1, "count": 2, "low": -7, "_x": 1}
            """);

    private static JsonNode value(String python) {
        String ours = ExprWriter.value(python, Map.of());
        return Expression.compile(ours).evaluate(new Evaluation(RECORD, SeededRandom.of(0, "u", "s", 0)));
    }

    private static String told(JsonNode value) {
        return value.isTextual() ? value.textValue() : Json.text(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '¦',
            quoteCharacter = '\0',
            value = {
                "bank + (2 if die >= 5 else -1)¦9",
                "bank <= 0 or bank >= 20¦false",
                "bank > 0 and not flag¦false",
                "12 <= bank <= 16¦false",
                "5 <= bank <= 16 and bank != 8¦true",
                "f'claimed={bank} real={die}'¦claimed=7 real=5",
                "f\"{name!s} has {len(scores)} and {price:.2f}, {bank:>4},{die:03d},{price:.1%}\"¦Ada Byron has 3 and 2.50,    7,005,250.0%",
                "f'{{literal}} $name {flag}'¦{literal} $name true",
                "'%s has %d (%.1f%%)' % (name, bank, price)¦Ada Byron has 7 (2.5%)",
                "'{} and {1}'.replace('{1}', 'x')¦{} and x",
                "'{} of {total}'.format(bank, total=9)¦7 of 9",
                "[x * 2 for x in scores if x > 1]¦[6,4]",
                "[x for x in scores if x > 1 if x < 3]¦[2]",
                "[x for x in scores]¦[3,1,2]",
                "[(i, c) for i, c in enumerate(cards) if c in ['K', 'A']]¦[[0,\"K\"],[2,\"A\"]]",
                "[a + b for a in ['x', 'y'] for b in ['1', '2']]¦[\"x1\",\"x2\",\"y1\",\"y2\"]",
                "{p['name']: p['age'] for p in people}¦{\"Bo\":9,\"Cy\":3}",
                "{k: v for k, v in who.items() if v != 9}¦{\"name\":\"Bo\"}",
                "[k for k in {'a': 1, 'b': 2}]¦[\"a\",\"b\"]",
                "sorted({c for c in 'abca'})¦[\"a\",\"b\",\"c\"]",
                "sum([1 for s in scores if s > 1])¦2",
                "sum(s > 1 for s in scores)¦2",
                "sum([p['age'] for p in people])¦12",
                "any(s > 2 for s in scores)¦true",
                "all([s > 2 for s in scores])¦false",
                "cards[1:3]¦[\"7\",\"A\"]",
                "cards[:2] + cards[-1:]¦[\"K\",\"7\",\"10\"]",
                "cards[:-2]¦[\"K\",\"7\"]",
                "cards[1:-1]¦[\"7\",\"A\"]",
                "cards[2:99]¦[\"A\",\"10\"]",
                "cards[9:]¦[]",
                "cards[::-1]¦[\"10\",\"A\",\"7\",\"K\"]",
                "cards[::2]¦[\"K\",\"A\"]",
                "cards[start:start + count]¦[\"7\",\"A\"]",
                "name[4:9]¦Byron",
                "name[-5:]¦Byron",
                "cards[-1]¦10",
                "who['name'] + '!'¦Bo!",
                "{'a': bank, 'b c': [1], 'd': {}}¦{\"a\":7,\"b c\":[1],\"d\":{}}",
                "{**who, 'age': 1}¦{\"name\":\"Bo\",\"age\":1}",
                "[*scores, 9]¦[3,1,2,9]",
                "(1, 2)¦[1,2]",
                "()¦[]",
                "'bank' in dir()¦true",
                "'nothing' not in dir()¦true",
                "isinstance(name, str)¦true",
                "isinstance(price, (int, float)) and isinstance(bank, int)¦true",
                "isinstance(who, (list, dict))¦true",
                "type(name) == str¦true",
                "bank // 2¦3",
                "low // 2¦-4",
                "low % 3¦2",
                "bank % 2 == 1¦true",
                "bank % 7 == 0¦true",
                "2 ** 10¦1024",
                "-2 ** 2¦-4",
                "bank / 2¦3.5",
                "round(price * 3, 1)¦7.5",
                "int('12') + int(price)¦14",
                "str(bank) + 'x'¦7x",
                "float(bank)¦7",
                "int(flag == True)¦1",
                "bool(empty)¦false",
                "none is None¦true",
                "none is not None¦false",
                "empty or 'nobody'¦nobody",
                "name and 'somebody'¦somebody",
                "not empty¦true",
                "not (bank == 7)¦false",
                "'Byron' in name¦true",
                "'x' not in name¦true",
                "'K' in cards¦true",
                "'age' in who¦true",
                "'age' in who.keys()¦true",
                "who.get('town', 'none')¦none",
                "list(who.keys())¦[\"name\",\"age\"]",
                "list(who.values())¦[\"Bo\",9]",
                "[c.upper() for c in 'ab']¦[\"A\",\"B\"]",
                "name.lower().split(' ')¦[\"ada\",\"byron\"]",
                "name.split()¦[\"Ada\",\"Byron\"]",
                "'a.b'.split('.')¦[\"a\",\"b\"]",
                "', '.join(cards)¦K, 7, A, 10",
                "name.startswith(('X', 'A'))¦true",
                "name.title() == name and 'tEA'.capitalize() == 'Tea'¦true",
                "'7'.zfill(3) + '12'.rjust(4)¦007  12",
                "'  a '.strip() + ' b'.lstrip()¦ab",
                "'12'.isdigit() and not 'a1'.isdigit()¦true",
                "'AB'.isupper()¦true",
                "name.find('B') + name.count('n')¦5",
                "cards.index('A')¦2",
                "max(scores) - min(scores)¦2",
                "max(people, key=lambda p: p['age'])['name']¦Bo",
                "min([], default=5)¦5",
                "sorted(scores, reverse=True)¦[3,2,1]",
                "sorted(people, key=lambda p: p['age'])[0]['name']¦Cy",
                "list(reversed(scores))¦[2,1,3]",
                "list(range(3))¦[0,1,2]",
                "list(range(2, 8, 3))¦[2,5]",
                "list(range(3, 0, -1))¦[3,2,1]",
                "list(zip(scores, cards))¦[[3,\"K\"],[1,\"7\"],[2,\"A\"]]",
                "dict(zip(['a', 'b'], scores))¦{\"a\":3,\"b\":1}",
                "dict(a=1, b=2)¦{\"a\":1,\"b\":2}",
                "list(map(str, scores))¦[\"3\",\"1\",\"2\"]",
                "list(filter(lambda s: s > 1, scores))¦[3,2]",
                "enumerate(cards, 1)¦[[1,\"K\"],[2,\"7\"],[3,\"A\"],[4,\"10\"]]",
                "set(scores) == {1, 2, 3}¦true",
                "set(['a']) <= set(['b', 'a'])¦true",
                "sorted(set(scores) & {1, 2})¦[1,2]",
                "sorted({1, 2} | {2, 3})¦[1,2,3]",
                "len(set(cards)) == len(cards)¦true",
                "24 * [0] == [0] * 24¦true",
                "'-' * 3¦---",
                "sqrt(16) + floor(2.7) + math.ceil(0.2)¦7.0",
                "default + 1¦5",
                "abs(low)¦7",
                "1_000 + 0x10 + .5¦1016.5",
                "'it\\'s' \" two\"¦it's two",
                "'''three'''¦three",
                "r'\\d'¦\\d",
                "(lambda x: x + 1)¦!",
                "1 if bank > 9 else 2 if bank > 5 else 3¦2",
                "[x if x > 1 else 0 for x in scores]¦[3,0,2]",
                "sum([int(c) if c.isdigit() else 10 for c in cards])¦37",
                "mixed.count(None)¦1",
                "_x + 1¦2",
            })
    void says_what_python_says(String python, String expected) {
        if (expected.equals("!")) {
            assertThat(ExprWriter.value(python, Map.of())).isEqualTo("{ x -> x + 1 }");
            return;
        }
        int cut = 0;
        assertThat(told(value(python)).substring(cut))
                .as(ExprWriter.value(python, Map.of()))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '¦',
            quoteCharacter = '\0',
            value = {
                "bank + (2 if die >= 5 else -1)¦bank + (die >= 5 ? 2 : -1)",
                "claimed == bank¦claimed == bank",
                "ok == True¦ok == true",
                "len(slogans) >= 3¦len(slogans) >= 3",
                "12 <= x <= 16¦12 <= x && x <= 16",
                "a and b or not c¦a && b || !c",
                "x if c else y¦c ? x : y",
                "'notes' in dir()¦has('notes')",
                "random.choice([-1, 1]) + position¦random.choice([-1, 1]) + position",
                "path + [position]¦path + [position]",
                "data['unit_id']¦data['unit_id']",
                "(a + b) * c¦(a + b) * c",
                "a - (b - c)¦a - (b - c)",
                "not a == b¦a != b",
                "class_ + 1¦class_ + 1",
            })
    void reads_as_a_person_would_write_it(String python, String ours) {
        assertThat(ExprWriter.condition(python, Map.of())).isEqualTo(ours);
    }

    @Test
    void what_is_known_of_a_field_makes_its_words_shorter() {
        assertThat(ExprWriter.value("'a' in tags", Map.of("tags", ValueType.LIST)))
                .isEqualTo("'a' in tags");
        assertThat(ExprWriter.value("'a' in note", Map.of("note", ValueType.TEXT)))
                .isEqualTo("note.contains('a')");
        assertThat(ExprWriter.value("3 * tags", Map.of("tags", ValueType.LIST))).isEqualTo("tags * 3");
        assertThat(ExprWriter.value("[k for k in notes]", Map.of("notes", ValueType.MAP)))
                .isEqualTo("list(notes.keySet())");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "open('/etc/passwd').read()",
                "__import__('os')",
                "x.__class__",
                "(y := 3)",
                "import os",
                "eval('1')",
                "f'{x:weird}'",
                "f'{x'",
                "a b",
                "[1, 2",
                "'no end",
                "x[::-2]",
                "1j",
                "~x",
                "x = 3",
                "foo(**kw)",
                "random.choices(xs, k=3)",
                "0.1 < random.random() < 0.9",
                "",
                "$x",
            })
    void what_has_no_equal_is_told(String python) {
        assertThatThrownBy(() -> ExprWriter.value(python, Map.of())).isInstanceOf(UntranslatableException.class);
    }

    @Test
    void what_is_nested_without_end_is_refused_and_does_no_harm() {
        for (String each : new String[] {"(", "[", "-", "not ", "f(", "a.b[", "2**", "lambda: ", "{1: ", "f'{"}) {
            assertThatThrownBy(() -> ExprWriter.value(each.repeat(5_000) + "1", Map.of()))
                    .isInstanceOf(UntranslatableException.class);
        }
    }
}
