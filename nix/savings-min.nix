# What the profile min is worth on an ordinary program (alloc-workloads' `reference`), in bytes and per
# cent: its artifact with the recommended allocator against the plain recipe of ./savings.nix, and
# against the same artifact of the profile that compiles no std.
{
  callFile,
  lib,
  matrix,
  modules,
  optimize,
  runCommand,
}:

let
  reference =
    target: profile: allocator: form: more:
    modules.reference (
      {
        name = "${allocator}-${form}-${target}${matrix.shipped.${profile}}";
        inherit profile target;
        features = [
          "alloc-${allocator}"
          form
        ];
      }
      // more
    );
  # With the stack that rustc gives it.
  plain = target: reference target "release-wasm" "dlmalloc" "unsound-plain" { stack = null; };

  artifacts = lib.mapAttrs (
    target: _:
    lib.mapAttrs (
      profile: suffix:
      optimize {
        name = "reference-${target}${suffix}";
        bin = "reference";
        module = reference target profile matrix.recommended "one-heap" { };
        arguments = matrix.passes profile;
        inherit (matrix) exports;
        effort = "max";
      }
    ) matrix.shipped
  ) matrix.targets;
in
runCommand "savings-min"
  {
    nativeBuildInputs = [ (callFile ./by-hand.nix) ];
    passthru = { inherit artifacts; };
  }
  ''
    line='%-8s %8s %8s %8s %8s\n'
    printf "$line" target plain usual min 'saved %' | tee $out
    ${lib.concatMapStrings (target: ''
      plain=$(by-hand ${plain target}/reference.wasm -Oz --converge)
      usual=$(stat -c %s ${artifacts.${target}.release-wasm}/reference.wasm)
      min=$(stat -c %s ${artifacts.${target}.min}/reference.wasm)
      tenths=$(((plain - min) * 1000 / plain))
      printf "$line" ${target} "$plain" "$usual" "$min" "$((tenths / 10)).$((tenths % 10))" | tee -a $out
    '') (lib.attrNames matrix.targets)}
  ''
