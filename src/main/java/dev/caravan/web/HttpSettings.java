package dev.caravan.web;

import dev.caravan.base.SecretBlotter;
import dev.caravan.base.UserMistakeException;
import dev.caravan.provider.ProviderKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;

/**
 * Where the service listens, and for whom.
 *
 * @param host an address of this machine, or a name of one
 * @param port 0 for any that is free
 * @param names by which it is called besides, such as that of a proxy before it
 * @param token that every request must bring; empty for none
 */
public record HttpSettings(String host, int port, List<String> names, String token) {
    public static final String TOKEN = "CARAVAN_TOKEN";
    private static final int SHORTEST_TOKEN = 16;

    public HttpSettings {
        SecretBlotter.add(token);
        if (port < 0 || port > 65_535) {
            throw new UserMistakeException("--port", "", "must be from 0 (any that is free) to 65535, not " + port);
        }
        names = names.stream().map(each -> each.toLowerCase(Locale.ROOT)).toList();
        InetAddress address = address(host);
        if (token.isEmpty() && !address.isLoopbackAddress()) {
            throw new UserMistakeException(
                    "--host",
                    host,
                    "is reached from other machines, so a token is needed: set " + TOKEN
                            + " in the environment or in .env to at least " + SHORTEST_TOKEN
                            + " random characters; or listen on 127.0.0.1");
        }
        if (!token.isEmpty() && !token.matches("[!-~]{" + SHORTEST_TOKEN + ",}")) {
            throw new UserMistakeException(
                    TOKEN, "", "must be at least " + SHORTEST_TOKEN + " letters, digits or signs without blanks");
        }
    }

    /** With the token that the operator set. */
    public static HttpSettings of(String host, int port, List<String> names, ProviderKeys keys) {
        return new HttpSettings(host, port, names, keys.secret(TOKEN).orElse(""));
    }

    private static InetAddress address(String host) {
        try {
            if (!host.isBlank()) {
                return InetAddress.getByName(host);
            }
        } catch (UnknownHostException e) {
            // told below
        }
        throw new UserMistakeException("--host", host, "is no address of this machine, such as 127.0.0.1 or 0.0.0.0");
    }

    /** @throws UserMistakeException when somebody else listens there, or nobody can */
    public void checkFree() {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
        } catch (IOException e) {
            throw taken(String.valueOf(e.getMessage()));
        }
    }

    public UserMistakeException taken(String why) {
        return new UserMistakeException(
                "--port",
                host + " " + port,
                "cannot be listened on (" + why + "); give another --port, 0 for any that is free, or --no-http");
    }

    boolean everyAddress() {
        return address(host).isAnyLocalAddress();
    }

    boolean loopback() {
        return address(host).isLoopbackAddress();
    }

    /** As it is written in an address: an IPv6 address in brackets. */
    String authority() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host).toLowerCase(Locale.ROOT);
    }

    /** Where it answers, for whoever is on this machine. */
    public String url(int actualPort) {
        return "http://" + (everyAddress() ? "127.0.0.1" : authority()) + ":" + actualPort;
    }

    @Override
    public String toString() {
        return host + " " + port;
    }
}
