package dev.caravan.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UserMistakeExceptionTest {

    @Test
    void a_single_mistake_is_said_in_one_line_that_names_it_once() {
        assertThat(new UserMistakeException("--cap", "", "must be dollars, not 'x'"))
                .hasMessage("--cap: must be dollars, not 'x'");
        assertThat(new UserMistakeException("environment", "OPENAI_API_KEY", "is missing"))
                .hasMessage("environment: OPENAI_API_KEY: is missing");
    }

    @Test
    void a_single_mistake_in_a_file_of_a_folder_names_both() {
        var problems = new Problems("pipelines/triage");
        problems.at("config.yaml", "pipeline.steps[1].provider", "unknown provider 'gemni'");
        assertThat(new NotReadyException(problems))
                .hasMessage("pipelines/triage cannot be used: config.yaml: pipeline.steps[1].provider: unknown provider"
                        + " 'gemni'");
    }

    @Test
    void several_mistakes_are_a_list() {
        var problems = new Problems("pipelines/triage");
        problems.at("config.yaml", "api", "is missing");
        problems.at("items.yaml", "line 3", "is no map");
        assertThat(new NotReadyException(problems))
                .hasMessage("pipelines/triage cannot be used:\n  - config.yaml: api: is missing\n"
                        + "  - items.yaml: line 3: is no map");
    }
}
