package dev.caravan.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.base.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mappings do what JSLT says, reach nothing, and come to an end. */
class JsltTransformTest {
    private static final String RECORD = """
            {"unit_id": "u1", "text": "hello", "n": 3, "price": 1.10, "none": null, "list": [1, 2, 3],
             "people": [{"name": "Ann", "age": 30}, {"name": "Bob", "age": 20}], "empty": [], "object": {}}
            """;

    private static String apply(String mapping) throws Exception {
        return Json.text(JsltTransform.compile(mapping).apply(Json.parse(RECORD)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"a": .n + 1}                                    | {"a":4}
            {"a": .none, "b": .missing, "c": [], "d": {}}    | {"a":null,"b":null,"c":[],"d":{}}
            {"price": .price}                                | {"price":1.10}
            {"names": [for (.people) .name]}                 | {"names":["Ann","Bob"]}
            {"old": [for (.people) .name if (.age > 25)]}    | {"old":["Ann"]}
            {for (.people) .name : .age}                     | {"Ann":30,"Bob":20}
            let x = .n * 2 {"x": $x}                         | {"x":6}
            def twice(v) $v * 2 {"x": twice(.n)}             | {"x":6}
            {"t": test(.text, "l+"), "f": test(.text, "q")}  | {"t":true,"f":false}
            {"c": capture(.text, "(?<x>h.)(?<y>l+)(?<z>q)?")} | {"c":{"x":"he","y":"ll"}}
            {"s": split(",a,,b,,", ",")}                     | {"s":["","a","","b"]}
            {"r": replace(.text, "(l+)o", "<$1\\\\>")}       | {"r":"he<$1\\\\>"}
            {"j": join([1, null, .text, [2]], "-")}          | {"j":"1-null-hello-[2]"}
            {"j": join(null, "-"), "r": replace(null, "a", "b"), "t": test(null, "a")} | {"j":null,"r":null,"t":false}
            {"x": "ab" + .n, "y": .text * 2}                 | {"x":"ab3","y":"hellohello"}
            {"s": "a" + "b", "n": 2 * 3}                     | {"s":"ab","n":6}
            """)
    void maps_as_jslt_does(String mapping, String expected) throws Exception {
        assertThat(apply(mapping)).isEqualTo(expected);
    }

    @Test
    void a_matcher_takes_the_rest() throws Exception {
        assertThat(apply("{\"n\": 4, * - people, list, empty, object, none, price : .}"))
                .isEqualTo("{\"n\":4,\"unit_id\":\"u1\",\"text\":\"hello\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "def f(x) f($x) f(1)",
                "def f(x) {\"a\": f([$x, $x])} f(1)",
                "def f(x) if (size($x) < 100000000) f($x + $x) else $x f(.text)",
                "let a = .text + .text let b = $a + $a let c = $b + $b let d = $c + $c let e = $d + $d let f = $e + $e"
                        + " let g = $f + $f let h = $g + $g let i = $h + $h let j = $i + $i let k = $j + $j let l = $k + $k"
                        + " let m = $l + $l let n = $m + $m let o = $n + $n let p = $o + $o let q = $p + $p let r = $q + $q"
                        + " let s = $r + $r let t = $s + $s let u = $t + $t let v = $u + $u {\"v\": $v}",
                "let a = [.text, .text] let b = [$a, $a] let c = [$b, $b] let d = [$c, $c] let e = [$d, $d] let f = [$e, $e]"
                        + " let g = [$f, $f] let h = [$g, $g] let i = [$h, $h] let j = [$i, $i] let k = [$j, $j]"
                        + " let l = [$k, $k] let m = [$l, $l] let n = [$m, $m] let o = [$n, $n] let p = [$o, $o]"
                        + " let q = [$p, $p] let r = [$q, $q] let s = [$r, $r] let t = [$s, $s] {\"v\": to-json($t)}",
                "{\"v\": .text * 2000000000}",
                "{\"v\": (\"a\" + .text) * 1000000000}",
                "{\"v\": test(.text * 20, \"(.*)(.*)(.*)(.*)(.*)(.*)y\")}",
                "{\"v\": replace(.text * 100000, \"\", \"b\")}",
                "{\"v\": join([for (.text * 100000) .], \"x\")}",
                "let many = [for (split(.text * 100000, \"l\")) 1] [for ($many) [for ($many) 1]]",
            })
    void what_would_never_end_or_grow_without_bound_is_an_error(String mapping) throws Exception {
        JsltTransform transform = JsltTransform.compile(mapping);
        assertThatThrownBy(() -> transform.apply(Json.parse(RECORD))).isInstanceOf(TransformException.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"a": "x" * 2000000000}                          | multiplies a text by a number
            {"a": 2000000000 * ("x" + 1)}                    | multiplies a text by a number
            {"a": (("x") + 1) * 2000000000}                  | multiplies a text by a number
            import "other.jslt" as o {"a": o:f(.)}           | imports are not available
            import "/etc/passwd" as o .                      | imports are not available
            {"a": now()}                                     | now() is not available
            {"a": random()}                                  | random() is not available
            {"a": uuid()}                                    | uuid() is not available
            {"a": nope(.x)}                                  | No such function: 'nope'
            {"a": $nope}                                     | No such variable 'nope'
            {"a": .n + }                                     | Parse error
            {"a": 1 / 0}                                     | cannot be computed
            {"a": 99999999999999999999}                      | too large
            """)
    void what_cannot_work_is_told_when_it_is_compiled(String mapping, String message) {
        assertThatThrownBy(() -> JsltTransform.compile(mapping))
                .isInstanceOf(TransformSyntaxException.class)
                .hasMessageContaining(message);
    }

    @Test
    void deep_nesting_is_refused_and_long_lines_of_text_are_no_product() throws Exception {
        assertThatThrownBy(() -> JsltTransform.compile("(".repeat(40_000) + "1" + ")".repeat(40_000)))
                .isInstanceOf(TransformSyntaxException.class)
                .hasMessageContaining("nested too deeply");
        assertThat(apply("// \"a\" * 3\n{\"v\": \"a * 3\", \"w\": size(.text) * 2, \"x\": .n * 2}"))
                .isEqualTo("{\"v\":\"a * 3\",\"w\":10,\"x\":6}");
    }

    @Test
    void a_record_of_a_megabyte_is_mapped() throws Exception {
        String large = "{\"text\": \"" + "x".repeat(1_000_000) + "\"}";
        assertThat(JsltTransform.compile("{\"copy\": .text, * : .}")
                        .apply(Json.parse(large))
                        .path("copy")
                        .asText())
                .hasSize(1_000_000);
    }

    @Test
    void keys_are_known_where_they_are_written_out() throws Exception {
        assertThat(JsltTransform.compile("{\"a\": .x}").fixedKeys()).isTrue();
        assertThat(JsltTransform.compile("{\"a\": .x, * : .}").fixedKeys()).isFalse();
        assertThat(JsltTransform.compile("if (.x) {\"a\": 1} else {\"b\": 1}").fixedKeys())
                .isFalse();
        assertThat(JsltTransform.compile("{for (.x) .k : .v}").fixedKeys()).isFalse();
    }
}
