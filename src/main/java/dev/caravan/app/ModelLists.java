package dev.caravan.app;

import dev.caravan.base.UserMistakeException;
import dev.caravan.camel.exchange.ExchangeKeys;
import dev.caravan.cost.ModelNames.Listed;
import dev.caravan.provider.Account;
import dev.caravan.provider.Answer;
import dev.caravan.provider.JobAnswer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.ExchangeBuilder;
import org.jspecify.annotations.Nullable;

/** Asks providers for the lists of their models. */
final class ModelLists {
    private ModelLists() {}

    /**
     * What an account may use.
     *
     * @throws UserMistakeException when the provider says something else than a list, and not that it has none
     */
    static Listed of(Account account, CamelContext context) {
        String route = account.routes() + "-models";
        // A name that nobody answers to would be waited for.
        if (context.getRoute(route) == null) {
            return none("there is no route " + route);
        }
        try (var template = context.createProducerTemplate()) {
            var exchange = ExchangeBuilder.anExchange(context)
                    .withProperty(ExchangeKeys.ACCOUNT.name(), account)
                    .build();
            Object answer =
                    template.send("direct:" + route, exchange).getMessage().getBody();
            if (answer instanceof List<?> models) {
                return new Listed(models.stream().map(String::valueOf).sorted().toList(), "");
            }
            if (answer instanceof JobAnswer.Trouble trouble && trouble.answer() instanceof Answer.Rejected refused) {
                return none(refused.code());
            }
            throw new UserMistakeException(
                    account.provider(), account.baseUrl(), "did not list its models: " + words(answer));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String words(@Nullable Object answer) {
        return answer instanceof JobAnswer.Trouble trouble && trouble.answer() instanceof Answer.Transient passing
                ? passing.code() + ", " + passing.detail()
                : String.valueOf(answer);
    }

    private static Listed none(String why) {
        return new Listed(List.of(), "it gives no list of its models (" + why + ")");
    }

    /** As {@link #of}; whatever goes wrong is a value. */
    static Listed orTrouble(Account account, CamelContext context) {
        try {
            return of(account, context);
        } catch (UserMistakeException e) {
            return new Listed(List.of(), e.problems().get(0).message());
        }
    }
}
