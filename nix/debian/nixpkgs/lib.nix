# The part of nixpkgs' `lib` that this project uses; every function behaves as its namesake there.
let
  inherit (builtins)
    attrNames
    attrValues
    concatLists
    concatStringsSep
    elem
    elemAt
    filter
    foldl'
    fromJSON
    functionArgs
    genList
    head
    intersectAttrs
    isFunction
    length
    listToAttrs
    map
    mapAttrs
    match
    readFile
    replaceStrings
    stringLength
    substring
    tail
    ;
in
rec {
  # Part of each record's fingerprint: sizes made by Debian's tools never mix with nixpkgs' own.
  version = "debian-forky";

  inherit
    attrNames
    attrValues
    concatStringsSep
    elem
    filter
    foldl'
    genList
    head
    isFunction
    length
    listToAttrs
    map
    mapAttrs
    readFile
    tail
    ;
  inherit (builtins)
    all
    any
    concatMap
    hasAttr
    isAttrs
    isList
    isString
    pathExists
    toJSON
    ;

  id = x: x;
  nameValuePair = name: value: { inherit name value; };
  genAttrs = names: f: listToAttrs (map (name: nameValuePair name (f name)) names);
  genAttrs' = list: f: listToAttrs (map f list);
  mapAttrs' = f: set: listToAttrs (map (name: f name set.${name}) (attrNames set));
  mapAttrsToList = f: set: map (name: f name set.${name}) (attrNames set);
  filterAttrs =
    keep: set: listToAttrs (builtins.concatMap (n: if keep n set.${n} then [ (nameValuePair n set.${n}) ] else [ ]) (attrNames set));
  concatMapAttrs = f: set: mergeAttrsList (mapAttrsToList f set);
  mergeAttrsList = foldl' (a: b: a // b) { };
  attrsets.unionOfDisjoint =
    a: b:
    let
      both = attrNames (intersectAttrs a b);
    in
    if both == [ ] then a // b else throw "unionOfDisjoint: used twice: ${toString both}";
  cartesianProduct =
    sets:
    foldl' (
      rows: name: builtins.concatMap (row: map (value: row // { ${name} = value; }) sets.${name}) rows
    ) [ { } ] (attrNames sets);
  optional = condition: x: if condition then [ x ] else [ ];
  optionals = condition: list: if condition then list else [ ];
  optionalAttrs = condition: set: if condition then set else { };
  optionalString = condition: string: if condition then string else "";
  concatMapStringsSep =
    separator: f: list:
    concatStringsSep separator (map f list);
  concatStrings = concatStringsSep "";
  concatMapStrings = f: list: concatStrings (map f list);
  flatten = x: if builtins.isList x then builtins.concatMap flatten x else [ x ];
  range = first: last: if first > last then [ ] else genList (n: first + n) (last - first + 1);
  unique = foldl' (seen: x: if elem x seen then seen else seen ++ [ x ]) [ ];
  last = list: elemAt list (length list - 1);

  hasPrefix = prefix: string: substring 0 (stringLength prefix) string == prefix;
  hasSuffix =
    suffix: string:
    let
      start = stringLength string - stringLength suffix;
    in
    start >= 0 && substring start (-1) string == suffix;
  # `separator` is a plain string in nixpkgs; only "\n" is used here, which needs no escaping.
  splitString =
    separator: string: filter builtins.isString (builtins.split separator string);
  removePrefix =
    prefix: string:
    if hasPrefix prefix string then substring (stringLength prefix) (-1) string else string;
  removeSuffix =
    suffix: string:
    if hasSuffix suffix string then
      substring 0 (stringLength string - stringLength suffix) string
    else
      string;

  escapeShellArg =
    value:
    let
      string = toString value;
    in
    if match "[[:alnum:],._+:@%/-]+" string == null then
      "'${replaceStrings [ "'" ] [ "'\\''" ] string}'"
    else
      string;
  escapeShellArgs = concatMapStringsSep " " escapeShellArg;

  importJSON = path: fromJSON (readFile path);
  importTOML = path: builtins.fromTOML (readFile path);

  isDerivation = x: x.type or null == "derivation";
  makeBinPath = concatMapStringsSep ":" (drv: "${drv}/bin");
  getExe = drv: "${drv}/bin/${drv.meta.mainProgram or drv.pname or drv.name}";
  getExe' = drv: name: "${drv}/bin/${name}";

  callPackageWith =
    scope: f: args:
    let
      function = if isFunction f then f else import f;
    in
    function (intersectAttrs (functionArgs function) scope // args);

  fileset = import ./fileset.nix;
}
