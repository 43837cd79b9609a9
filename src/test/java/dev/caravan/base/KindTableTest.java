package dev.caravan.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class KindTableTest {
    private static final KindTable<Object, String> TABLE = new KindTable<Object, String>()
            .on(Number.class, each -> "number " + each)
            .on(Integer.class, each -> "whole " + each)
            .on(ArrayList.class, each -> "list of " + each.size());

    private static String said(Object thing) {
        return TABLE.apply(thing, other -> "unknown " + other);
    }

    @Test
    void the_row_of_the_nearest_class_counts() {
        assertThat(said(3)).isEqualTo("whole 3");
        assertThat(said(3L)).isEqualTo("number 3");
    }

    @Test
    void what_has_no_row_goes_the_other_way() {
        assertThat(said("x")).isEqualTo("unknown x");
        assertThat(said(new CopyOnWriteArrayList<>())).isEqualTo("unknown []");
    }

    @Test
    void a_kind_has_one_row() {
        var table = new KindTable<Object, String>().on(String.class, each -> each);
        assertThatThrownBy(() -> table.on(String.class, each -> "")).isInstanceOf(IllegalStateException.class);
    }
}
