package dev.caravan.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.base.UserMistakeException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestGuardTest {
    private static final String TOKEN = "a-token-of-sixteen-or-more";

    private static int answer(HttpSettings settings, String method, Map<String, List<String>> headers) {
        return new RequestGuard(settings)
                .refuse(method, name -> headers.getOrDefault(name, List.of()))
                .map(HttpProblem::status)
                .orElse(200);
    }

    private static HttpSettings local() {
        return new HttpSettings("127.0.0.1", 8700, List.of("Caravan.Example"), "");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:8700, 200",
        "localhost, 200",
        "LocalHost:9, 200",
        "[::1]:8700, 200",
        "caravan.example, 200",
        "evil.example:8700, 421",
        "127.0.0.1.evil.example, 421",
        "localhost.evil.example, 421",
        "localhost@evil.example, 421",
        "user@localhost, 421",
        "192.168.0.7:8700, 421",
        "localhost:8700:1, 421",
        "'', 421",
    })
    void it_is_called_by_its_own_names_only(String host, int expected) {
        assertThat(answer(local(), "GET", Map.of("host", List.of(host)))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, 200",
        "application/json; charset=utf-8, 200",
        "'', 200",
        "application/x-www-form-urlencoded, 415",
        "Multipart/Form-Data; boundary=x, 415",
    })
    void a_form_is_refused(String type, int expected) {
        assertThat(answer(
                        local(),
                        "POST",
                        type.isEmpty()
                                ? Map.of("host", List.of("localhost"))
                                : Map.of("host", List.of("localhost"), "content-type", List.of(type))))
                .isEqualTo(expected);
    }

    @Test
    void whoever_listens_everywhere_is_called_by_any_address_but_by_no_strange_name() {
        var everywhere = new HttpSettings("0.0.0.0", 8700, List.of(), TOKEN);
        List<String> bearer = List.of("Bearer " + TOKEN);

        assertThat(answer(everywhere, "GET", Map.of("host", List.of("192.168.0.7:1"), "authorization", bearer)))
                .isEqualTo(200);
        assertThat(answer(everywhere, "GET", Map.of("host", List.of("[fe80::1]"), "authorization", bearer)))
                .isEqualTo(200);
        assertThat(answer(everywhere, "GET", Map.of("host", List.of("evil.example"), "authorization", bearer)))
                .isEqualTo(421);
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:8700, 200",
        "https://localhost:8700, 200",
        "http://localhost, 403",
        "http://localhost:3000, 403",
        "http://127.0.0.1:8700, 403",
        "http://evil.example, 403",
        "null, 403",
        "file://, 403",
    })
    void pages_of_other_sites_may_not_speak_to_it(String origin, int expected) {
        for (String method : List.of("GET", "POST", "OPTIONS")) {
            assertThat(answer(local(), method, Map.of("host", List.of("localhost:8700"), "origin", List.of(origin))))
                    .isEqualTo(expected);
        }
    }

    @Test
    void a_link_from_another_site_may_be_followed_and_nothing_else() {
        List<String> host = List.of("localhost:8700");
        List<String> cross = List.of("cross-site");

        assertThat(answer(
                        local(),
                        "GET",
                        Map.of("host", host, "sec-fetch-site", cross, "sec-fetch-mode", List.of("navigate"))))
                .isEqualTo(200);
        assertThat(answer(
                        local(),
                        "POST",
                        Map.of("host", host, "sec-fetch-site", cross, "sec-fetch-mode", List.of("navigate"))))
                .isEqualTo(403);
        assertThat(answer(
                        local(),
                        "GET",
                        Map.of("host", host, "sec-fetch-site", cross, "sec-fetch-mode", List.of("no-cors"))))
                .isEqualTo(403);
        assertThat(answer(local(), "POST", Map.of("host", host, "sec-fetch-site", List.of("same-origin"))))
                .isEqualTo(200);
    }

    @Test
    void a_token_that_is_set_is_asked_for_on_loopback_too() {
        var settings = new HttpSettings("127.0.0.1", 8700, List.of(), TOKEN);
        List<String> host = List.of("localhost:8700");
        String basic = Base64.getEncoder().encodeToString(("any:" + TOKEN).getBytes(StandardCharsets.UTF_8));

        assertThat(answer(settings, "GET", Map.of("host", host))).isEqualTo(401);
        for (String wrong : List.of(
                "Bearer",
                "Bearer ",
                "Bearer x" + TOKEN,
                "Bearer " + TOKEN.substring(1),
                TOKEN,
                "Basic " + TOKEN,
                "Basic !")) {
            assertThat(answer(settings, "GET", Map.of("host", host, "authorization", List.of(wrong))))
                    .as(wrong)
                    .isEqualTo(401);
        }
        for (String right : List.of("Bearer " + TOKEN, "bearer  " + TOKEN, "Basic " + basic)) {
            assertThat(answer(settings, "GET", Map.of("host", host, "authorization", List.of(right))))
                    .as(right)
                    .isEqualTo(200);
        }
    }

    @Test
    void what_decides_must_come_once_and_sizes_are_bounded() {
        List<String> host = List.of("localhost:8700");

        assertThat(answer(local(), "GET", Map.of("host", List.of("localhost", "evil.example"))))
                .isEqualTo(400);
        assertThat(answer(
                        local(),
                        "POST",
                        Map.of("host", host, "content-length", List.of(Long.toString(RequestGuard.MOST_BYTES)))))
                .isEqualTo(200);
        for (String length : List.of(Long.toString(RequestGuard.MOST_BYTES + 1), "99999999999999999999", "-1", "1e3")) {
            assertThat(answer(local(), "POST", Map.of("host", host, "content-length", List.of(length))))
                    .isEqualTo(413);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
    void nobody_listens_for_other_machines_without_a_token(String host) {
        assertThatThrownBy(() -> new HttpSettings(host, 8700, List.of(), ""))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("CARAVAN_TOKEN");
        assertThatThrownBy(() -> new HttpSettings(host, 8700, List.of(), "short"))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("at least 16");
        assertThat(new HttpSettings(host, 8700, List.of(), TOKEN).toString()).doesNotContain(TOKEN);
    }
}
