package dev.caravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.extension.OperatorExtensions;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which routes a process starts with. */
class WantedRoutesTest {
    private static final Set<String> PROVIDERS = new TreeSet<>(Set.of("anthropic", "gemini", "mistral", "openai"));

    private static Set<String> providers(Set<String> asked) {
        OperatorExtensions none = OperatorExtensions.ofWorkingFolder(Installation.home());
        try (CamelHost host = CamelHost.start(null, none, asked)) {
            Set<String> entrances = host.context().getRoutes().stream()
                    .map(each -> each.getEndpoint().getEndpointBaseUri())
                    .collect(Collectors.toSet());
            assertThat(entrances).contains("direct://manifest", "direct://work-submit", "direct://unit");
            return PROVIDERS.stream()
                    .filter(each -> entrances.contains("direct://" + each + "-complete"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"anthropic", "gemini", "mistral", "openai"})
    void a_run_that_asks_one_provider_starts_without_the_routes_of_others(String provider) {
        assertThat(providers(Set.of(provider))).containsExactly(provider);
    }

    @Test
    void a_run_that_asks_nobody_starts_without_any_provider() {
        assertThat(providers(Set.of())).isEmpty();
    }

    @Test
    void whoever_may_meet_any_run_has_them_all() {
        OperatorExtensions none = OperatorExtensions.ofWorkingFolder(Installation.home());
        try (CamelHost host = CamelHost.start(null, none, null)) {
            assertThat(PROVIDERS)
                    .allMatch(each -> host.context().getRoutes().stream()
                            .anyMatch(route ->
                                    route.getEndpoint().getEndpointBaseUri().equals("direct://" + each + "-complete")));
        }
    }
}
