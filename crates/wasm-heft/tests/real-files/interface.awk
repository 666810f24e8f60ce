# Prints the imports and exports of the core module whose `wasm-tools print --skeleton` text comes
# in, one per line and with their types written out: an optimizer may renumber types and functions.
#
# NB: expects a module without a name section, else the text names things instead of numbering them.

# The N of the first `(;N;)`, or of `(type N)` and the like when `word` is given.
function index_of(text, word) {
  if (!match(text, word ? "\\(" word " [0-9]+\\)" : "\\(;[0-9]+;\\)")) return ""
  text = substr(text, RSTART, RLENGTH)
  gsub(/[^0-9]/, "", text)
  return text
}

# The type of a function, table, memory, global or tag, without its index and without a start value.
function type_of(kind, text) {
  if (kind == "func" || kind == "tag") return kind " " types[index_of(text, "type")]
  sub(/^.*\(;[0-9]+;\) /, "", text)
  if (kind == "global") {
    match(text, /^(\([^)]*\)|[^ )]+)/)
    return kind " " substr(text, 1, RLENGTH)
  }
  sub(/\)+$/, "", text)
  return kind " " text
}

/^  \(type / {
  text = $0
  sub(/^  \(type \(;[0-9]+;\) /, "", text)
  sub(/\)$/, "", text)
  types[index_of($0)] = text
}

/^  \(import / {
  # What follows the two quoted names is the item; names may hold any text but a quote.
  split($0, quoted, "\"")
  item = substr($0, length(quoted[1] quoted[2] quoted[3] quoted[4]) + 6)
  kind = substr(item, 2, index(item, " ") - 2)
  items[kind, index_of(item)] = type_of(kind, item)
  print "import \"" quoted[2] "\" \"" quoted[4] "\" " items[kind, index_of(item)]
}

/^  \((func|table|memory|global|tag) \(;/ {
  kind = substr($1, 2)
  items[kind, index_of($0)] = type_of(kind, $0)
}

/^  \(export / { exports[++export_count] = $0 }

END {
  for (i = 1; i <= export_count; i++) {
    split(exports[i], quoted, "\"")
    item = substr(exports[i], length(quoted[1] quoted[2]) + 4)
    kind = substr(item, 2, index(item, " ") - 2)
    print "export \"" quoted[2] "\" " items[kind, index_of(item, kind)]
  }
}
