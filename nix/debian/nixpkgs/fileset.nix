# nixpkgs' `lib.fileset`, the part this project uses. A file set is a list of tests
# `{ root, keep }`: `keep path type` answers for the files below the path `root`.
let
  inherit (builtins)
    any
    baseNameOf
    concatMap
    pathExists
    stringLength
    substring
    ;

  isBelow =
    root: path:
    let
      prefix = "${toString root}/";
    in
    toString path == toString root || substring 0 (stringLength prefix) (toString path) == prefix;

  coerce =
    x:
    if x ? tests then
      x
    else if !pathExists x then
      throw "lib.fileset: ${toString x} does not exist"
    else
      {
        tests = [
          {
            root = x;
            keep = _: _: true;
          }
        ];
      };

  contains =
    set: path: type:
    any (test: isBelow test.root path && test.keep path type) set.tests;
in
rec {
  unions = sets: { tests = concatMap (set: (coerce set).tests) sets; };
  union =
    a: b:
    unions [
      a
      b
    ];
  maybeMissing = path: if pathExists path then coerce path else unions [ ];

  # Files below `root` for which `predicate { name, type, hasExt }` holds.
  fileFilter = predicate: root: {
    tests = [
      {
        inherit root;
        keep =
          path: type:
          let
            name = baseNameOf path;
            hasExt =
              extension:
              let
                start = stringLength name - stringLength extension - 1;
              in
              start >= 0 && substring start (-1) name == ".${extension}";
          in
          predicate { inherit name type hasExt; };
      }
    ];
  };

  difference = a: b: {
    tests = map (
      test:
      test
      // {
        keep = path: type: test.keep path type && !(contains (coerce b) path type);
      }
    ) (coerce a).tests;
  };

  # Copies the files of the set into the store; folders that end up empty are left out.
  toSource =
    { root, fileset }:
    let
      set = coerce fileset;
      # A folder is kept when a file in it is: `builtins.path` asks for folders first.
      holdsFile =
        dir:
        let
          entries = builtins.readDir dir;
        in
        any (
          name:
          let
            path = dir + "/${name}";
          in
          keeps path entries.${name}
        ) (builtins.attrNames entries);
      related = path: any (test: isBelow test.root path || isBelow path test.root) set.tests;
      keeps =
        path: type:
        if type == "directory" then related path && holdsFile path else contains set path type;
    in
    builtins.path {
      name = "source";
      path = root;
      filter = path: type: keeps (root + substring (stringLength (toString root)) (-1) path) type;
    };

}
