# The arguments of `mkWasiMatrix`: what each is, which values it takes, and what it is when it is not
# given. Errors and the table of docs/flake.md come from here.
{ lib, matrix }:

let
  # A flake is one as well.
  isPath =
    value:
    builtins.isPath value
    || builtins.isString value && lib.hasPrefix "/" value
    || value ? outPath && !lib.isDerivation value;
  isOneOf = names: value: builtins.isString value && lib.elem value names;
  isListOf = isElement: value: builtins.isList value && lib.all isElement value;
  isSomeOf = names: value: isListOf (isOneOf names) value && value != [ ];
  orNull = isGood: value: value == null || isGood value;
  isAllocator =
    value:
    builtins.isAttrs value
    && removeAttrs value [
      "features"
      "heap"
    ] == { }
    && isListOf builtins.isString (value.features or [ ])
    && isListOf builtins.isString (value.heap or [ ]);

  names = set: lib.concatMapStringsSep " " (name: "`${name}`") (lib.attrNames set);

  # An argument without `default` has to be given. A default may depend on what is given.
  known = {
    allocators = {
      is = "allocator variants by name: each with `features`, those of cargo that choose it, and with `heap`, the allocators that `wasm-heft size` must find in it and no other (not looked at when absent)";
      expected = "a set of `{ features = [ ... ]; heap = [ ... ]; }`";
      isGood = value: builtins.isAttrs value && value != { } && lib.all isAllocator (lib.attrValues value);
      default = _: { own = { }; };
      shown = "`{ own = { }; }`: as the crate is";
    };
    baseline = {
      is = "the `sizes.json` that `wasm-heft accept` wrote; with it, no variant may grow";
      expected = "a path or null";
      isGood = orNull isPath;
      default = _: null;
      shown = "none";
    };
    behavior = {
      is = "a Bash script that gets a command as its arguments, runs it in all the ways that matter and prints what it did; each variant has to print what the native program does. In it, `$FAILURE_CODE` is the exit code that any failure has, when all have the same (1 for components)";
      expected = "a path or null";
      isGood = orNull isPath;
      default = _: null;
      shown = "none";
    };
    bin = {
      is = "the program's name, as cargo calls it";
      expected = "a string";
      isGood = builtins.isString;
      default = given: given.package;
      shown = "`package`";
    };
    budgets = {
      is = "the file with the limits for `wasm-heft gate`; names in it are those of variants";
      expected = "a path or null";
      isGood = orNull isPath;
      default = _: null;
      shown = "none";
    };
    cargoLock = {
      is = "the lock to build with, in place of the one of `src`; has to be given when `src` is built by a derivation";
      expected = "a path that is there without building anything";
      isGood = isPath;
      default =
        given:
        if lib.isDerivation given.src then
          throw "mkWasiMatrix: argument `cargoLock` is missing: `src` is a derivation, and its lock cannot be read before it is built"
        else
          given.src + "/Cargo.lock";
      shown = "`src + \"/Cargo.lock\"`";
    };
    defaultFeatures = {
      is = "whether cargo's default features are on";
      expected = "true or false";
      isGood = builtins.isBool;
      default = _: true;
      shown = "`true`";
    };
    environment = {
      is = "further attributes of every derivation that compiles: `nativeBuildInputs`, variables";
      expected = "a set";
      isGood = builtins.isAttrs;
      default = _: { };
      shown = "`{ }`";
    };
    exports = {
      is = "what a module for wasip1 exports in the end, by name: every other export goes, with what only it needed ([why](commands/optimize.md#exports-that-a-host-does-not-use)); null keeps all";
      expected = "a list of strings or null";
      isGood = orNull (isListOf builtins.isString);
      default = _: matrix.exports;
      shown = "`[ ${lib.concatMapStringsSep " " (name: "\"${name}\"") matrix.exports} ]`";
    };
    features = {
      is = "features of every variant";
      expected = "a list of strings";
      isGood = isListOf builtins.isString;
      default = _: [ ];
      shown = "`[ ]`";
    };
    package = {
      is = "the package's name, as cargo calls it";
      expected = "a string";
      isGood = builtins.isString;
    };
    pkgs = {
      is = "nixpkgs of the system that builds";
      expected = "a package set";
      isGood = builtins.isAttrs;
    };
    profiles = {
      is = "any of ${names matrix.offered}; `trap` makes panics traps ([what one gives up](commands/optimize.md#panics-as-traps)), `min` compiles the standard library for size, too; their variants end in `-trap` and `-min`";
      expected = "a list of ${names matrix.offered}";
      isGood = isSomeOf (lib.attrNames matrix.offered);
      default = _: [ "release-wasm" ];
      shown = "`[ \"release-wasm\" ]`";
    };
    runArguments = {
      is = "further arguments of `wasmtime run`, for `behavior`";
      expected = "a list of strings";
      isGood = isListOf builtins.isString;
      default = _: [
        "--dir"
        ".::."
      ];
      shown = "`[ \"--dir\" \".::.\" ]`";
    };
    src = {
      is = "the folder of the crate or workspace";
      expected = "a path or a derivation";
      isGood = value: isPath value || lib.isDerivation value;
    };
    stackBytes = {
      is = "the size of each variant's stack: a multiple of 16; at least four times what the program was seen to need, see [cargo.md](cargo.md#memory-that-starts-small)";
      expected = "a positive number that 16 divides, or null";
      isGood = orNull (value: builtins.isInt value && value > 0 && value / 16 * 16 == value);
      default = _: null;
      shown = "rustc's 1 MiB";
    };
    targets = {
      is = "any of ${names matrix.targets}";
      expected = "a list of ${names matrix.targets}";
      isGood = isSomeOf (lib.attrNames matrix.targets);
      default = _: lib.attrNames matrix.targets;
      shown = "both";
    };
  };

  isPlain =
    value:
    !builtins.isFunction value
    && (!builtins.isAttrs value || lib.all isPlain (lib.attrValues value))
    && (!builtins.isList value || lib.all isPlain value);
  show = value: if lib.isDerivation value || !isPlain value then "a ${builtins.typeOf value}" else builtins.toJSON value;
in
rec {
  # For ../flake-module.nix.
  inherit known;

  # What is wrong with the arguments, a line each.
  problems =
    given:
    map (
      name: "argument `${name}` is unknown; there are ${names known}"
    ) (lib.attrNames (removeAttrs given (lib.attrNames known)))
    ++ lib.concatMap (
      name:
      let
        argument = known.${name};
      in
      if !given ? ${name} then
        lib.optional (!argument ? default) "argument `${name}` is missing: ${argument.is}"
      else
        lib.optional (
          !argument.isGood given.${name}
        ) "argument `${name}`: expected ${argument.expected}, found ${show given.${name}}"
    ) (lib.attrNames known);

  # All arguments; fails with what is wrong.
  complete =
    given:
    let
      wrong = problems given;
    in
    if wrong == [ ] then
      lib.mapAttrs (name: argument: given.${name} or (argument.default given)) known
    else
      throw (lib.concatMapStringsSep "\n" (line: "mkWasiMatrix: ${line}") wrong);

  # The table of docs/flake.md.
  table = lib.concatMapStrings (
    name:
    let
      argument = known.${name};
    in
    "| `${name}` | ${argument.is} | ${argument.shown or "has to be given"} |\n"
  ) (lib.attrNames known);
}
