package dev.caravan.provider;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an address of a provider has to look like: scheme, host, perhaps a port and a path. Paths of calls are put behind
 * it, so a query would end up in their middle; and who may ask is said by a key, never by the address.
 */
public final class BaseUrl {
    private static final Pattern FORM =
            Pattern.compile("(?i)https?://(\\[[0-9a-f:.]+\\]|[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?)(:(?<port>[0-9]{1,5}))?"
                    + "(/[A-Za-z0-9._~!$&'()*+,;=:@%-]+)*/*");

    private static final int MOST_PORT = 65_535;

    private BaseUrl() {}

    /** What is wrong with it and what would be right; empty when nothing is. Blanks around it do not count. */
    public static String problem(String url) {
        String text = url.strip();
        if (text.chars().anyMatch(each -> each <= ' ' || each == 0x7f)) {
            return "has a blank or a control character in it";
        }
        if (!text.matches("(?i)https?://.*")) {
            return "must begin with https:// or http://, such as https://host/v1";
        }
        String host = text.substring(text.indexOf("//") + 2).replaceFirst("[/?#].*", "");
        if (host.contains("@")) {
            return "has a name or password before the host; the key belongs into its own variable";
        }
        if (text.contains("?") || text.contains("#")) {
            return "has a query or fragment; it must end with the path, such as https://host/v1, for the paths of calls"
                    + " are put behind it";
        }
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return "is no address of scheme, host and path, such as https://host/v1";
        }
        String port = form.group("port");
        boolean reachable = port == null || (Integer.parseInt(port) > 0 && Integer.parseInt(port) <= MOST_PORT);
        return reachable ? "" : "has a port that there is not: 1 to " + MOST_PORT;
    }

    /** As it is used: without blanks around it and without a slash at its end. */
    public static String plain(String url) {
        return url.strip().replaceFirst("/+$", "");
    }
}
