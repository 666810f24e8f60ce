# Prints what the world of a component exports, from its WIT as `wasm-tools component wit` writes it: the
# lines of the world, and the text of each exported interface.

# What is printed goes on to the line that closes it.
open {
  print
  if ($0 == open) open = ""
  next
}

/^  export / {
  print
  name = $2
  sub(/;$/, "", name)
  exported[name]
  if (/{$/) open = "  }"
}

# `package wasi:cli@0.2.6 {`: its interfaces are `wasi:cli/run@0.2.6`.
/^package / {
  split($2, package, /[@;]/)
  version = package[2] == "" ? "" : "@" package[2]
}

/^  interface / && (package[1] "/" $2 version) in exported {
  print
  open = "  }"
}
