package dev.caravan.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Text and macros that templates share. */
class TemplatePartsTest {
    private static final ObjectNode RECORD = (ObjectNode) Json.parse(
            "{\"name\":\"Ada\",\"who\":{\"city\":\"Ulm\"},\"tags\":[\"a\",\"b\"],\"none\":null,\"x\":\"field\"}");

    private final TemplateEngine engine = new TemplateEngine();

    private static Map<String, String> files(String... pairs) {
        var files = new LinkedHashMap<String, String>();
        for (int i = 0; i < pairs.length; i += 2) {
            files.put(pairs[i], pairs[i + 1]);
        }
        return files;
    }

    private Template compiled(String source, String... files) {
        return engine.compile("t.vm", source, TemplateParts.of(files(files)), RenderingRule.NEWEST);
    }

    private String render(String source, String... files) throws RenderException {
        return compiled(source, files)
                .render(RECORD, Json.object(), Json.object(), Json.mapper().createArrayNode());
    }

    @Test
    void a_part_is_placed_where_the_template_says_so() throws RenderException {
        assertThat(render("One\n#parse(\"p.vm\")\nTwo", "p.vm", "Hello $name.\n"))
                .isEqualTo("One\nHello Ada.\nTwo");
        assertThat(render("#parse('a.vm') and #parse( 'b.vm' )", "a.vm", "A", "b.vm", "B of #parse('a.vm')"))
                .isEqualTo("A and B of A");
        assertThat(render("#foreach($t in $tags)#parse('p.vm')#end", "p.vm", "<$t>"))
                .isEqualTo("<a><b>");
    }

    @Test
    void what_is_included_stands_as_it_is() throws RenderException {
        assertThat(render("#include(\"rules.md\")", "rules.md", "# $name costs $5 #if($x) {{ y }} ]]# #end ${\n"))
                .isEqualTo("# $name costs $5 #if($x) {{ y }} ]]# #end ${");
        assertThat(render("#include('p.vm')", "p.vm", "Hello $name.")).isEqualTo("Hello $name.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "#quote($name)|> Ada",
                "#quote('x y')|> x y",
                "#quote($who.city)|> Ulm",
                "#quote( $text.upper($name) )|> ADA",
                "#quote($!missing)|> ",
                "#quote($none)|> ",
                "[#both($name, $who.city)]|[Ada+Ulm]",
                "[#both(1 'b')]|[1+b]",
                "#twice($name)|> Ada/> Ada",
                "#foreach($t in $tags)#quote($t);#end|> a;> b;",
                "#nothing()#const()|yes",
                "#quote($name) $x #shadow('y') $x|> Ada field y field",
                "#quoted is text, #quote too|#quoted is text, #quote too",
            })
    void macros_of_parts_are_called_in_templates(String source, String expected) throws RenderException {
        String macros = """
                #macro(quote $text_)
                > $!text_#end
                #macro( both $a, $b )$a+$b#end
                #macro(twice $x)#quote($x)/#quote($x)#end
                #macro(nothing)#end
                #macro(const)yes#end
                #macro(shadow $x)$x#end
                """;

        assertThat(render(source, "macros.vm", macros).strip())
                .isEqualTo(expected == null ? "" : expected.replace("\\n", "\n"));
    }

    @Test
    void macros_are_seen_by_parts_behind_them_and_leave_nothing_where_they_stand() throws RenderException {
        assertThat(render(
                        "#parse('b.vm')!",
                        "a.vm",
                        "#macro(q $x)<$x>#end\n",
                        "b.vm",
                        "#macro(r $x)\n#q($x)#end\nB #r($name)\n"))
                .isEqualTo("B <Ada>!");
        assertThat(render("-#parse('a.vm')-", "a.vm", "#macro(q $x)<$x>#end\n\n#macro(s)\n#if(true)x#end\n#end\n"))
                .isEqualTo("-\n-".replace("\n", ""));
    }

    @Test
    void line_breaks_around_a_call_stay_as_they_are() throws RenderException {
        assertThat(render("A\n#q($name)\nB\n#q($name)\n", "a.vm", "#macro(q $x)\n<$x>#end\n"))
                .isEqualTo("A\n<Ada>\nB\n<Ada>\n");
        assertThat(render("A\n#q($name)\nB\n#q($name)\n", "a.vm", "#macro(q $x)\n<$x>\n#end\n"))
                .isEqualTo("A\n<Ada>\nB\n<Ada>\n");
        assertThat(render("A\n#q()\nB\n", "a.vm", "#macro(q)\n#if(true)\nx\n#end\n#end\n"))
                .isEqualTo("A\nx\nB\n");
    }

    @Test
    void templates_do_not_see_each_others_macros() throws RenderException {
        render("#q()", "a.vm", "#macro(q)one#end");
        assertThat(render("#q()", "a.vm", "#macro(q)two#end")).isEqualTo("two");
        assertThat(render("#q()")).isEqualTo("#q()");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "a\\n#parse('q.vm') ! p.vm ! x ! t.vm ! 2 ! 'q.vm' is none of the files under prompts.include",
                "#include('p.vn') ! p.vm ! x ! t.vm ! 1 ! did you mean 'p.vm'?",
                "#include(\"../etc\") ! p.vm ! x ! t.vm ! 1 ! is none of the files",
                "#parse($name) ! p.vm ! x ! t.vm ! 1 ! takes the name of a file in quotes",
                "#parse('p.md') ! p.md ! x ! t.vm ! 1 ! is no template, for it does not end in .vm",
                "#macro(q)x#end ! p.vm ! x ! t.vm ! 1 ! only available in the files under prompts.include",
                "x ! p.vm ! a\\n#parse('p.vm') ! p.vm ! 2 ! is none of the files",
                "x ! p.vm ! a\\n#if($x)b ! p.vm ! 2 ! is not closed",
                "x ! p.vm ! #macro(q)\\nb ! p.vm ! 2 ! the macro q has no #end",
                "x ! p.vm ! #macro(q)#q()#end ! p.vm ! 1 ! is defined here, but not before this place",
                "x ! p.vm ! #macro(q)#r()#end#macro(r)x#end ! p.vm ! 1 ! the macro r is defined here",
                "x ! p.vm ! #macro(q)x#end#macro(q)y#end ! p.vm ! 1 ! is defined twice",
                "x ! p.vm ! #if(true)#macro(q)x#end#end ! p.vm ! 1 ! stands inside of a block",
                "x ! p.vm ! #macro(if)x#end ! p.vm ! 1 ! needs a name that is no directive's",
                "x ! p.vm ! #macro()x#end ! p.vm ! 1 ! needs a name",
                "x ! p.vm ! ${name ! p.vm ! 1 ! has no closing }",
                "x ! p.vm ! #evaluate('x') ! p.vm ! 1 ! is not available",
            })
    void what_is_wrong_is_told_with_file_and_line(
            String source, String name, String part, String file, int line, String told) {
        assertThatThrownBy(() -> compiled(source.replace("\\n", "\n"), name, part.replace("\\n", "\n")))
                .isInstanceOfSatisfying(TemplateSyntaxException.class, e -> {
                    assertThat(e.file()).isEqualTo(file);
                    assertThat(e.line()).isEqualTo(line);
                    assertThat(e).hasMessageContaining(told);
                });
    }

    @Test
    void lines_of_errors_are_those_of_the_files_they_are_in() {
        String part = "a\nb\n$who.nobody()\n";
        assertThatThrownBy(() -> render("x\n#parse('p.vm')\n$who.nobody()", "p.vm", part))
                .hasMessageContaining("p.vm, line 3: ");
        assertThatThrownBy(() -> render("x\n#parse('p.vm')\n$who.nobody()", "p.vm", "a\nb\nc\n"))
                .hasMessageContaining("line 3: ");
        assertThatThrownBy(() -> compiled("x\n#parse('p.vm')\n#if(true)", "p.vm", "a\nb\nc\n"))
                .isInstanceOfSatisfying(
                        TemplateSyntaxException.class, e -> assertThat(e.line()).isLessThanOrEqualTo(3));
        assertThatThrownBy(() -> render("x #q($who)", "p.vm", "#macro(q $x)$x.nobody()#end"))
                .hasMessageContaining("a macro of t.vm: there is no");
    }

    @Test
    void wrong_arguments_are_errors_and_no_text() {
        assertThatThrownBy(() -> render("#q($name $name)", "p.vm", "#macro(q $x)$x#end"))
                .isInstanceOfAny(RenderException.class, TemplateSyntaxException.class);
    }

    @Test
    void macros_that_multiply_and_parts_that_grow_have_an_end() {
        var macros = new StringBuilder("#macro(m0)#end");
        for (int i = 1; i < 10; i++) {
            macros.append("#macro(m")
                    .append(i)
                    .append(")")
                    .append(("#m" + (i - 1) + "()").repeat(10))
                    .append("#end");
        }
        assertThatThrownBy(() -> compiled("x", "p.vm", macros.toString()))
                .hasMessageContaining("call each other too often");

        var files = new String[20];
        files[0] = "p0.vm";
        files[1] = "x".repeat(1000);
        for (int i = 1; i < 10; i++) {
            files[2 * i] = "p" + i + ".vm";
            files[2 * i + 1] = ("#parse('p" + (i - 1) + ".vm')").repeat(10);
        }
        assertThatThrownBy(() -> compiled("x", files)).hasMessageContaining("grows beyond");
    }

    @Test
    void templates_as_large_as_they_may_be_are_compiled_in_one_pass() {
        String many = "$name #parse('p.vm')\n".repeat(100_000);

        assertThat(compiled(many, "p.vm", "x\n").uses())
                .hasSize(100_000)
                .last()
                .satisfies(each -> assertThat(each.line()).isEqualTo(100_000));
        assertThat(ForeignSyntax.of("{{ a" + ".a".repeat(500_000) + " }}", name -> true))
                .isEmpty();
        assertThat(ForeignSyntax.of("{{ a }} {{ b".repeat(10_000) + "1 }}", name -> false))
                .isNotEmpty();
    }

    @Test
    void uses_of_a_part_count_as_the_templates_own_but_parameters_do_not() {
        Template template = compiled(
                "#parse('p.vm')#q('y')", "p.vm", "#macro(q $x)$x$name#end#macro(r)$who#end\n$tags\n", "o.vm", "$none");

        assertThat(template.uses().stream().map(each -> each.file() + ":" + each.line() + " " + each.name()))
                .containsExactly("p.vm:2 tags", "p.vm:1 name");
        assertThat(template.parts()).containsExactly("p.vm");
    }
}
