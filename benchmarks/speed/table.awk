# Makes the table of speed.sh: targets.txt, then the figures, each line "row key value".
NR == FNR { if ($0 !~ /^#/ && NF == 5) { bounds[$1] = bounds[$1] (bounds[$1] == "" ? "" : "\n") $2 "\t" $3 "\t" $4 "\t" $5 } next }
!($1 in seen) { seen[$1] = 1; order[++rows] = $1 }
$3 != "" { f[$1, $2] = $3 }

function has(row, key) { return (row, key) in f }
function cell(value, form) { return value == "" ? "–" : sprintf(form, value) }
function over(a, b) { return a == "" || b == "" || b + 0 == 0 ? "" : a / b }
function raw(row, key) { return has(row, key) ? f[row, key] : "" }
# Kilobytes are of 1,000 bytes; what the JVM calls M is 1,048,576.
function value(row, key, latency) {
    latency = row; sub(/.*-/, "", latency)
    if (key == "us") return over(raw(row, "cpu") * 1e6, raw(row, "steps"))
    if (key == "rate") return over(raw(row, "steps"), raw(row, "cpu"))
    if (key == "wallrate") return over(raw(row, "steps"), has(row, "span") ? raw(row, "span") : raw(row, "wall"))
    if (key == "allocated") return has(row, key) ? over(raw(row, key) * 1048.576, raw(row, "steps")) : ""
    if (key == "written" || key == "kept") return has(row, key) ? over(raw(row, key) / 1000, raw(row, "units")) : ""
    if (key == "journal") return has(row, key) ? over(raw(row, key), raw(row, "units")) : ""
    if (key == "rss") return has(row, key) ? raw(row, key) / 1024 : ""
    if (key == "bare") return row ~ /^(between-)?batch-|^rehearsal/ && raw(row, "units") >= 2000 && has("bare-loop", "cpu") ? over(value(row, "us"), value("bare-loop", "us")) : row ~ /^realtime-/ ? over(value(row, "us"), value("bare-client-" latency, "us")) : ""
    if (key == "pace") return over(value(row, "wallrate"), value("bare-client-" latency, "wallrate"))
    if (key == "ideal") return over(raw(row, "ideal"), raw(row, "span"))
    if (key == "share") return over(raw(row, "wall"), raw(row, "cpu"))
    if (key == "busy") return over(raw(row, "cpu") * 100, raw(row, "wall"))
    if (key == "flat") return over(raw(row, "live"), raw("batch-10000-1000", "live"))
    if (key == "same") return over(value(row, "us"), value("between-batch-100000-300000-1000", "us"))
    return raw(row, key)
}
# What another size costs more: the difference of two rows of a kind is a row of its own.
function between(kind, small, large, rest, row, from, to, i) {
    from = kind "-" small rest; to = kind "-" large rest
    row = "between-" kind "-" small "-" large rest
    if (!has(from, "cpu") || !has(to, "cpu")) return
    for (i = 1; i <= split("units steps cpu wall span live allocated written kept journal", each, " "); i++)
        if (has(from, each[i]) && has(to, each[i])) f[row, each[i]] = f[to, each[i]] - f[from, each[i]]
    order[++rows] = row
}
function targets(row, asked, got, parts, text, i, good) {
    if (!(row in bounds)) return " |"
    for (i = 1; i <= split(bounds[row], asked, "\n"); i++) {
        split(asked[i], parts, "\t")
        got = value(row, parts[1])
        good = parts[2] == "<=" ? got <= parts[3] + 0 : got >= parts[3] + 0
        text = text (i > 1 ? "; " : "") parts[4] (parts[2] == "<=" ? " ≤ " : " ≥ ") parts[3] ": "
        if (got == "") text = text "not seen"
        else if (good) text = text "met (" sprintf("%.3g", got) ")"
        else text = text "**missed** (" (got >= 1000 ? sprintf("%d", got) : sprintf("%.3g", got)) ", " sprintf("%.2f", parts[2] == "<=" ? got / parts[3] : parts[3] / got) " ×)"
    }
    return " " text " |"
}
function ratio(row) {
    if (row ~ /^realtime-/ && value(row, "pace") != "") return sprintf("pace %.2f, CPU %.1f ×", value(row, "pace"), value(row, "bare"))
    return cell(value(row, "bare"), "%.1f ×")
}
END {
    split("batch batch walks plain fan", kinds, " "); tail[1] = "-1000"; tail[2] = "-100"
    split("500 2000 10000 20000 100000 300000 1000000", size, " ")
    for (k = 1; k <= 5; k++) {
        small = ""
        for (i = 1; i <= 7; i++) if (has(kinds[k] "-" size[i] tail[k], "cpu")) {
            if (small != "") between(kinds[k], small, size[i], tail[k])
            small = size[i]
        }
    }
    print "| row | unit-steps a CPU-s | a wall-s | CPU µs | CPU s | wall s | first s | peak MB | live MB | KB allocated | KB written | KB kept | journal B | ratio to bare | asked |"
    print "|---|" "---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|---|"
    for (i = 1; i <= rows; i++) {
        row = order[i]
        if (has(row, "error")) { print "| " row " | failed: " raw(row, "error") " | | | | | | | | | | | | |" targets(row); continue }
        print "| " row " | " cell(value(row, "rate"), "%.0f") " | " cell(value(row, "wallrate"), "%.0f") " | " cell(value(row, "us"), "%.1f") \
            " | " cell(raw(row, "cpu"), "%.2f") " | " cell(raw(row, "wall"), "%.2f") " | " cell(raw(row, "first"), "%.2f") \
            " | " cell(value(row, "rss"), "%.0f") " | " cell(raw(row, "live"), "%.0f") " | " cell(value(row, "allocated"), "%.1f") \
            " | " cell(value(row, "written"), "%.2f") " | " cell(value(row, "kept"), "%.2f") " | " cell(value(row, "journal"), "%.1f") \
            " | " ratio(row) " |" targets(row)
    }
}
