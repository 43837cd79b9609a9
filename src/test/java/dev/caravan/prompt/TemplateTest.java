package dev.caravan.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {
    private static final ObjectNode RECORD = (ObjectNode) Json.parse("""
            {"unit_id":"u1","name":"Ada","price":1.10,"n":3,"none":null,"yes":true,"no":false,"empty":"",
             "tags":["a","b"],"who":{"size":"XL","first":"Ada","class":"no class"},
             "deep":{"none":null,"list":[null,1,2],"rows":[{"x":1},{"x":null}],"pairs":[["a",1],["b",2]]},"_hidden":"h"}
            """);
    private static final ObjectNode GLOBAL =
            (ObjectNode) Json.parse("{\"tone\":\"kind\",\"name\":\"hidden by the record\"}");

    private final TemplateEngine engine = new TemplateEngine();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            quoteCharacter = '\0',
            value = {
                "Hello $name!|Hello Ada!",
                "${name}s|Adas",
                "$who.first.|Ada.",
                "$who.size and $who.size()|XL and 3",
                "$tags[0]$tags[-1]|ab",
                "$name[link](x)|Ada[link](x)",
                "$price $n [$none] $yes|1.10 3 [] true",
                "$5 costs $ 5 or $|$5 costs $ 5 or $",
                "$$name|$Ada",
                "\\$name \\#if|$name #if",
                "C# #1 #hashtag # ## x|C# #1 #hashtag # ## x",
                "#if you can|#if you can",
                "#endless #elsewhere|#endless #elsewhere",
                "#if($yes)a#{else}b#end|a",
                "#if($no)a#elseif($n == 3)c#else d#end|c",
                "#if($none)a#{else}b#end|b",
                "#if($empty)a#{else}b#end|b",
                "#foreach($t in $tags)[$t]#end|[a][b]",
                "#foreach($t in $tags)$foreach.count#if($foreach.hasNext),#end#end|1,2",
                "#set($x = $n + 1)$x|4",
                "$!missing.|.",
                "$!who.missing|",
                "[$!none] [$!{none}] [$!none.first] [$!none.size()] [$!deep.none] [$!deep.none.x]|[] [] [] [] [] []",
                "#foreach($t in $deep.list)[$!t]#end|[][1][2]",
                "$text.replace($name, \"A\", \"I\") $text.replace($n, \"x\", \"y\")|Ida 3",
                "#foreach($p in $deep.pairs)$p[0]$p.get(1)$p.size()#end|a12b22",
                "#foreach($k in $who.keySet())$k=$who.get($k),#end|size=XL,first=Ada,class=no class,",
                "#if($who.has(\"size\") && $who.contains(\"first\") && !$who.has(\"x\"))a#end|a",
                "#foreach($t in $deep.rows)[$!t.x][$!t.y]#end|[1][][][]",
                "#set($x = $!none)[$x]#if($x)a#{else}b#end|[]b",
                "#if($!none)a#{else}b#end$text.default($!none, \"c\")$json.write($!deep)|"
                        + "bc{\"none\":null,\"list\":[null,1,2],\"rows\":[{\"x\":1},{\"x\":null}],"
                        + "\"pairs\":[[\"a\",1],[\"b\",2]]}",
                "[$deep.none$deep.rows[1].x]|[]",
                "$text.upper($deep.none)$text.trim($deep.none)$text.join($deep.list, \"+\")|+1+2",
                "$json.write($deep.none) $deep.rows|null [{\"x\":1},{\"x\":null}]",
                "#foreach($each in $deep.list)<$each>#end|<><1><2>",
                "#if($!missing)a#{else}b#end|b",
                "$tone|kind",
                "$json.write($who.first)|\"Ada\"",
                "$json.write($tags)|[\"a\",\"b\"]",
                "$text.join($tags, \" # \")|a # b",
                "$text.default($!missing, \"x\")|x",
                "$number.format($price, 3)|1.100",
                "$_hidden|h",
                "#* a comment *#x|x",
                "#[[ $name #if ]]#| $name #if ",
                "$errors.size() #if($errors.isEmpty())none#end|0 none",
                "a@b.c {\"k\": \"$name\"}|a@b.c {\"k\": \"Ada\"}",
                "€ 😀 $name ü|€ 😀 Ada ü",
                "$name$name|AdaAda",
            })
    void says_what_it_says(String source, String expected) throws RenderException {
        assertThat(render(source)).isEqualTo(expected == null ? "" : expected);
    }

    @Test
    void headings_stay_and_the_last_line_break_is_kept() throws RenderException {
        assertThat(render("# One\n## Two $name\n### Three\n\n#if($yes)\n## Inside\n#end\n- x\n"))
                .isEqualTo("# One\n## Two Ada\n### Three\n\n## Inside\n- x\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$nam",
                "$who.frist",
                "#if($nam)x#end",
                "$who.getClass()",
                "$name.getClass().forName('java.lang.Runtime')",
                "$who.class.x",
                "$tags.getClass()",
                "$tags.iterator()",
                "$n.getClass()",
                "$tags[7]",
                "$foreach.topmost",
                "$json.getClass()",
                "$json",
                "#foreach($a in $name)x#end",
                "#set($who.first = 'x')",
                "$tags.add('x')",
                "$who.class.forName('java.lang.Runtime').getRuntime().exec('id')",
                "$who.entrySet()",
                "$who.entrySet()",
                "$who.put('a', 'b')",
                "$tags.stream()",
                "$tags.class",
                "$name.class",
                "$name.bytes",
                "$name.chars()",
                "$name.repeat(1000000000)",
                "$n.class.classLoader",
                "$yes.getClass()",
                "$errors.getClass()",
                "$config.getClass()",
                "$text.class",
                "$text.getClass().getMethods()",
                "$json.write($name).getClass()",
                "$number.format(1, 2).class",
                "#set($x = $name)$x.getClass()",
                "#set($x = $who.getClass())$x",
                "#foreach($m in $name.getClass().getMethods())$m#end",
                "$foreach.getClass()",
                "#foreach($t in $tags)$foreach.getClass()#end",
                "#foreach($t in $tags)$t.getClass()#end",
                "$velocityContext.keys",
                "$context.class",
                "$application",
                "$request.getSession()",
                "$System.exit(1)",
                "$Runtime.getRuntime()",
            })
    void reaches_nothing_else(String source) {
        assertThatThrownBy(() -> render(source)).isInstanceOf(RenderException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#parse('x')",
                "#include('x')",
                "#evaluate('x')",
                "#define($x)y#end",
                "#macro(x)y#end",
                "#if($yes)",
                "#foreach($x in $tags)",
                "#end",
                "${name",
                "#if($yes",
                "#* open",
                "#foreach($i in [1..1000000000])x#end",
            })
    void a_template_that_cannot_be_compiled_says_where(String source) {
        assertThatThrownBy(() -> engine.compile("t.vm", "line one\n" + source))
                .isInstanceOfSatisfying(
                        TemplateSyntaxException.class, e -> assertThat(e.line()).isGreaterThanOrEqualTo(2));
    }

    @Test
    void limits_are_errors_and_no_silent_cut() {
        String nested = "#foreach($a in $l)#foreach($b in $l)#foreach($c in $l)x#end#end#end";
        ObjectNode record = Json.object();
        var list = record.putArray("l");
        for (int i = 0; i < 100; i++) {
            list.add(i);
        }

        assertThatThrownBy(() -> engine.compile("t.vm", nested)
                        .render(
                                record,
                                Json.object(),
                                Json.object(),
                                Json.mapper().createArrayNode()))
                .hasMessageContaining("10000");
        assertThatThrownBy(() -> engine.compile("t.vm", "#set($s = 'x')#foreach($a in $l)#set($s = $s + $s)#end")
                        .render(
                                record,
                                Json.object(),
                                Json.object(),
                                Json.mapper().createArrayNode()))
                .hasMessageContaining("grows");
    }

    @Test
    void runs_of_earlier_versions_go_on_asking_with_the_word_null() throws RenderException {
        String source = "$deep.none $deep.rows[1].x $!deep.none $text.join($deep.list, \" \")";

        assertThat(engine.compile("t.vm", source, TemplateParts.NONE, RenderingRule.FIRST)
                        .render(RECORD, GLOBAL, Json.object(), Json.mapper().createArrayNode()))
                .isEqualTo("null null  null 1 2");
    }

    @Test
    void a_field_may_have_the_name_of_a_tool() throws RenderException {
        ObjectNode record = Json.object().put("text", " hi ");

        assertThat(engine.compile("t.vm", "<$text><$text.trim($text)>#if($text == $text.trim($text))x#end")
                        .render(
                                record,
                                Json.object(),
                                Json.object(),
                                Json.mapper().createArrayNode()))
                .isEqualTo("< hi ><hi>");
    }

    @Test
    void a_value_is_text_and_never_a_template() throws RenderException {
        ObjectNode record = Json.object().put("evil", "$name #if(true)x#end ## y");

        assertThat(engine.compile("t.vm", "<$evil>")
                        .render(
                                record,
                                Json.object(),
                                Json.object(),
                                Json.mapper().createArrayNode()))
                .isEqualTo("<$name #if(true)x#end ## y>");
    }

    private String render(String source) throws RenderException {
        return engine.compile("t.vm", source)
                .render(RECORD, GLOBAL, Json.object(), Json.mapper().createArrayNode());
    }

    @Test
    void C19_a_record_comes_before_global_context_and_config() throws Exception {
        var record = (ObjectNode) Json.parse("{\"name\":\"record\",\"config\":\"of the record\"}");
        var config = (ObjectNode) Json.parse("{\"pipeline\":{\"name\":\"p\"}}");
        var nothing = Json.mapper().createArrayNode();

        assertThat(engine.compile("t.vm", "$name $config").render(record, GLOBAL, config, nothing))
                .isEqualTo("record of the record");
        assertThat(engine.compile("t.vm", "$tone $config.pipeline.name").render(RECORD, GLOBAL, config, nothing))
                .isEqualTo("kind p");
    }
}
