package dev.caravan.cli;

import dev.caravan.base.WorkingFolder;
import dev.caravan.provider.ProviderKeys;
import dev.caravan.web.HttpSettings;
import dev.caravan.web.ServiceAddress;
import dev.caravan.web.ServiceClient;
import java.util.Optional;

/** Finds the service of this folder, where one listens. */
final class ServiceLookup {
    private ServiceLookup() {}

    static Optional<ServiceClient> find(CommandContext context) {
        return new ServiceAddress(CommandContext.service(), context.disk())
                .find()
                .map(url -> new ServiceClient(url, token()));
    }

    private static String token() {
        return ProviderKeys.of(System.getenv(), WorkingFolder.path())
                .secret(HttpSettings.TOKEN)
                .orElse("");
    }
}
