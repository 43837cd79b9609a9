package dev.caravan.estimate;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tokens of o200k_base, as jtokkit brings them, in three flat arrays, and how many of them a text comes to. jtokkit
 * itself makes some million objects of them before it counts anything: more work than all else before a small run.
 */
final class TokenVocabulary {
    private static final String RESOURCE = "/com/knuddels/jtokkit/o200k_base.tiktoken";
    private static final int NONE = Integer.MAX_VALUE;
    /** A power of two, well above twice the number of tokens. */
    private static final int SLOTS = 1 << 19;

    /** Merging looks at each pair anew; of longer pieces of text jtokkit keeps an order. */
    private static final int LONG_PIECE = 500;

    /** How a text is cut into pieces that no token reaches across: the tokenizer's own definition. */
    private static final Pattern PIECE = Pattern.compile(
            String.join(
                    "|",
                    "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
                    "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
                    "\\p{N}{1,3}",
                    " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*",
                    "\\s*[\\r\\n]+",
                    "\\s+(?!\\S)",
                    "\\s+"),
            Pattern.UNICODE_CHARACTER_CLASS);

    /** All tokens, one behind the other, by rank. */
    private final byte[] tokens;

    /** Where each begins, and the end of the last. */
    private final int[] starts;

    /** Rank of a token and one, at the first free place behind its hash. */
    private final int[] slots = new int[SLOTS];

    /** For what is long, if there is any. */
    private static final class Whole {
        static final Encoding ENCODING = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
    }

    private TokenVocabulary(byte[] lines) {
        tokens = new byte[lines.length];
        var begins = new int[lines.length / 4];
        int count = 0;
        int end = 0;
        int at = 0;
        while (at < lines.length) {
            begins[count] = end;
            int bits = 0;
            int held = 0;
            for (; lines[at] != ' '; at++) {
                if (lines[at] != '=') {
                    held = held << 6 | value(lines[at]);
                    bits += 6;
                }
                if (bits >= 8) {
                    bits -= 8;
                    tokens[end++] = (byte) (held >> bits);
                }
            }
            put(begins[count], end, count);
            count++;
            while (lines[at++] != '\n') {
                // the rank, which is the number of the line
            }
        }
        starts = Arrays.copyOf(begins, count + 1);
        starts[count] = end;
    }

    static TokenVocabulary o200k() {
        try (InputStream in = Encodings.class.getResourceAsStream(RESOURCE)) {
            return new TokenVocabulary(Objects.requireNonNull(in).readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of a sign of Base64. */
    private static int value(int sign) {
        if (sign >= 'a') {
            return sign - 'a' + 26;
        }
        if (sign >= 'A') {
            return sign - 'A';
        }
        if (sign >= '0') {
            return sign - '0' + 52;
        }
        return sign == '+' ? 62 : 63;
    }

    private static int slot(byte[] bytes, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + bytes[i];
        }
        hash *= 0x9E3779B9;
        return (hash ^ hash >>> 15) & SLOTS - 1;
    }

    private void put(int from, int to, int rank) {
        int slot = slot(tokens, from, to);
        while (slots[slot] != 0) {
            slot = slot + 1 & SLOTS - 1;
        }
        slots[slot] = rank + 1;
    }

    private int rank(byte[] bytes, int from, int to) {
        int slot = slot(bytes, from, to);
        while (slots[slot] != 0) {
            int rank = slots[slot] - 1;
            if (Arrays.equals(bytes, from, to, tokens, starts[rank], starts[rank + 1])) {
                return rank;
            }
            slot = slot + 1 & SLOTS - 1;
        }
        return NONE;
    }

    /** How many tokens a text comes to, in which nothing is special. */
    long count(String text) {
        long count = 0;
        Matcher pieces = PIECE.matcher(text);
        while (pieces.find()) {
            byte[] piece = pieces.group().getBytes(StandardCharsets.UTF_8);
            if (piece.length > LONG_PIECE) {
                count += Whole.ENCODING.countTokensOrdinary(pieces.group());
            } else {
                count += rank(piece, 0, piece.length) == NONE ? merged(piece) : 1;
            }
        }
        return count;
    }

    /** Merges the two neighbours of least rank, the first of them, until no two make a token. */
    private int merged(byte[] piece) {
        var edges = new int[piece.length + 1];
        for (int i = 0; i < edges.length; i++) {
            edges[i] = i;
        }
        int parts = piece.length;
        while (true) {
            int least = NONE;
            int where = 0;
            for (int i = 0; i + 1 < parts; i++) {
                int rank = rank(piece, edges[i], edges[i + 2]);
                if (rank < least) {
                    least = rank;
                    where = i;
                }
            }
            if (least == NONE) {
                return parts;
            }
            System.arraycopy(edges, where + 2, edges, where + 1, parts - where - 1);
            parts--;
        }
    }
}
