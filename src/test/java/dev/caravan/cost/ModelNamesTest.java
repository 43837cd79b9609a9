package dev.caravan.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.base.UserMistakeException;
import dev.caravan.cost.ModelNames.Listed;
import dev.caravan.cost.ModelNames.Named;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelNamesTest {
    private final ModelRegistry registry = ModelRegistry.shipped();
    private final ModelNames names = new ModelNames(registry);

    private static Named named(String provider, String model) {
        return new Named("api.model", provider, model);
    }

    private List<String> hints(String provider, String model) {
        return names.hints(List.of(named(provider, model))).stream()
                .map(each -> each.path() + " " + each.message())
                .toList();
    }

    private void check(List<String> untold, Listed listed, Named... named) {
        names.check("the pipeline", List.of(named), provider -> listed, untold::add);
    }

    @Test
    void a_model_that_is_not_known_is_told_with_the_nearest_one_that_is() {
        assertThat(hints("openai", "gpt-6-lunar"))
                .singleElement()
                .asString()
                .startsWith("api.model the model 'gpt-6-lunar' of openai is not known here")
                .endsWith("did you mean 'gpt-6-luna'?");
        assertThat(hints("openai", "gpt-6-luna")).isEmpty();
        assertThat(hints("openai", "gpt-6-luna-2026-09-22")).isEmpty();
    }

    @Test
    void of_a_server_of_one_s_own_any_model_may_be_right() {
        assertThat(hints("openai-compatible", "qwen3:8b")).isEmpty();
        assertThatCode(() -> check(
                        new ArrayList<>(),
                        new Listed(List.of("llama3.2:latest"), ""),
                        named("openai-compatible", "llama9")))
                .doesNotThrowAnyException();
    }

    @Test
    void a_model_that_goes_away_is_told_with_the_one_to_ask_instead() {
        assertThat(hints("openai", "gpt-4o-mini"))
                .singleElement()
                .asString()
                .contains("is deprecated")
                .contains("ask gpt-6-luna instead");
    }

    @Test
    void no_provider_s_usual_model_goes_away() {
        for (String each : registry.providers()) {
            String usual = registry.defaultModel(each);
            assertThat(registry.model(usual).filter(Model::goesAway))
                    .as(each + " " + usual)
                    .isEmpty();
        }
    }

    @Test
    void what_the_provider_does_not_list_is_refused_and_what_it_does_is_not() {
        var listed = new Listed(List.of("gpt-9", "gpt-9-turbo-2027-01-01"), "");

        assertThatCode(() -> check(new ArrayList<>(), listed, named("openai", "gpt-9"), named("openai", "gpt-9-turbo")))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> check(new ArrayList<>(), listed, named("openai", "gpt-8")))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("config.yaml: api.model: openai lists no model 'gpt-8'")
                .hasMessageContaining("did you mean 'gpt-9'?");
    }

    @Test
    void a_list_that_cannot_be_had_stops_nothing_and_is_told_once() {
        var untold = new ArrayList<String>();

        check(untold, new Listed(List.of(), "it gives no list"), named("openai", "gpt-8"), named("openai", "gpt-7"));

        assertThat(untold).singleElement().asString().contains("gpt-8").contains("it gives no list");
    }
}
