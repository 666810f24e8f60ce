# `sections name program`: the bytes of a native program once it is stripped, and of each of its sections that
# takes bytes of the file.
{ pkgs, runCommand }:

name: program:
runCommand "native-sections-${name}.json" { nativeBuildInputs = [ pkgs.jq ]; } ''
  cp --no-preserve=mode ${program}/bin/clawft clawft
  strip --strip-all clawft
  readelf --sections --wide clawft |
    sed -n 's/^ *\[ *[0-9]*\] *//p' |
    awk '$2 != "NOBITS" && $1 ~ /^\./ { print $1, strtonum("0x" $5) }' >sections
  test -s sections
  jq --raw-input --null-input --argjson bytes "$(stat -c %s clawft)" '
    { $bytes, sections: [inputs | split(" ") | { key: .[0], value: (.[1] | tonumber) }] | from_entries }
  ' sections >$out
''
