package dev.caravan.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FieldNamesTest {
    private final ObjectNode record = Json.object().put("bank", 8).put("price", 3);
    private final FieldNames names = new FieldNames();

    private List<FieldNames.Named> named(String... namesAndTexts) {
        Map<String, Expression> named = new LinkedHashMap<>();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            named.put(namesAndTexts[i], Expression.compile(namesAndTexts[i + 1]));
        }
        return names.link(named);
    }

    @Test
    void what_one_expression_sets_the_next_one_reads() {
        List<FieldNames.Named> steps = named("price", "price + bank", "bank", "price * 2", "sum", "bank + price");
        Evaluation evaluation = names.evaluation(record, null);

        steps.forEach(evaluation::set);
        steps.forEach(evaluation::set);

        assertThat(evaluation.results()).hasToString("{\"price\":33,\"bank\":66,\"sum\":99}");
        assertThat(record.get("bank").intValue()).isEqualTo(8);
    }

    @Test
    void a_closure_that_was_set_finds_the_fields_of_the_expression_it_stands_in() {
        List<FieldNames.Named> steps = named("first", "price", "f", "[{ it + bank * 100 + price }][0]");
        Expression last = names.link(Expression.compile("first * 10 + f.call(1)"));
        Evaluation evaluation = names.evaluation(record, null);

        steps.forEach(evaluation::set);

        assertThat(last.evaluate(evaluation).intValue()).isEqualTo(834);
    }

    @Test
    void one_expression_can_be_part_of_several_and_stand_alone() {
        Expression sum = Expression.compile("bank + price");
        var others = new FieldNames();
        Expression elsewhere = names.link(others.link(names.link(sum)));

        assertThat(elsewhere.evaluate(names.evaluation(record, null)).intValue())
                .isEqualTo(11);
        assertThat(sum.evaluate(new Evaluation(record, null)).intValue()).isEqualTo(11);
    }

    @Test
    void expressions_that_share_no_names_are_not_evaluated_together() {
        Evaluation evaluation = names.evaluation(record, null);

        assertThatThrownBy(() -> Expression.compile("bank").evaluate(evaluation))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void has_asks_for_what_was_set_and_for_what_the_record_has() {
        List<FieldNames.Named> steps =
                named("before", "has('made')", "made", "1", "after", "[has('made'), has('bank'), has('nowhere')]");
        Evaluation evaluation = names.evaluation(record, null);

        steps.forEach(evaluation::set);

        assertThat(evaluation.results()).hasToString("{\"before\":false,\"made\":1,\"after\":[true,true,false]}");
    }
}
