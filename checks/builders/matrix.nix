# The derivations that were written down in a file of rows: each program's module, and the artifact made of
# it. They are evaluated here by the nix that has builders, from their attributes alone.
#
# rows: a JSON file, `{ NAME: { module, package, moduleOut } }`: the attributes of two derivations, and the path of the first
# in them. inputs: a file with the store paths that there are, one a line.
{ inputs, rows }:

let
  lines = builtins.filter (line: builtins.isString line && line != "") (
    builtins.split "\n" (builtins.readFile inputs)
  );
  # The same path, as one that a derivation depends on.
  known = map (path: builtins.appendContext path { ${path}.path = true; }) lines;

  # Every string of a value, with the paths in it as dependencies.
  linked =
    from: to: value:
    if builtins.isString value then
      builtins.replaceStrings from to value
    else if builtins.isList value then
      map (linked from to) value
    else if builtins.isAttrs value then
      builtins.mapAttrs (_: linked from to) value
    else
      value;
in
builtins.mapAttrs (
  _: row:
  let
    module = derivation (linked lines known row.module);
  in
  derivation (linked (lines ++ [ row.moduleOut ]) (known ++ [ "${module}" ]) row.package)
) (builtins.fromJSON (builtins.readFile rows))
