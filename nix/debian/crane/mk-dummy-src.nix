# `mkDummySrc { src }`: the manifests of `src` with empty sources beside them, so that what is built
# from it changes only when a manifest or the lock does.
{ lib, pkgs }:

{
  src,
  extraDummyScript ? "",
  ...
}:
let
  # Folders, relative to `src`, that hold a Cargo.toml.
  manifestFolders =
    prefix:
    let
      entries = builtins.readDir (src + "/${prefix}");
    in
    lib.optional (entries ? "Cargo.toml") prefix
    ++ lib.concatMap (
      name: lib.optionals (entries.${name} == "directory") (manifestFolders "${prefix}${name}/")
    ) (lib.attrNames entries);

  stub = path: ''
    mkdir -p "$(dirname "$out/${path}")"
    printf 'pub fn main() {}\n' >"$out/${path}"
  '';

  # Every program, test, bench, example and library that `src` has.
  stubsOf =
    folder:
    let
      manifest = lib.importTOML (src + "/${folder}Cargo.toml");
      at = path: builtins.pathExists (src + "/${folder}${path}");
      rustFiles =
        dir:
        lib.optionals (at dir) (
          map (name: "${dir}/${name}") (
            lib.filter (lib.hasSuffix ".rs") (lib.attrNames (builtins.readDir (src + "/${folder}${dir}")))
          )
        );
      binFolders = lib.optionals (at "src/bin") (
        lib.filter at (
          map (name: "src/bin/${name}/main.rs") (
            lib.attrNames (builtins.readDir (src + "/${folder}src/bin"))
          )
        )
      );
      declared =
        kind: defaultDir:
        map (target: target.path or "${defaultDir}/${target.name}.rs") (manifest.${kind} or [ ]);
    in
    lib.optionals (manifest ? package) (
      lib.unique (
        lib.optional (at "src/lib.rs") (manifest.lib.path or "src/lib.rs")
        ++ lib.optional (at "src/main.rs") "src/main.rs"
        ++ rustFiles "src/bin"
        ++ binFolders
        ++ lib.filter at (declared "bin" "src/bin")
        ++ lib.filter at (declared "test" "tests")
        ++ lib.filter at (declared "bench" "benches")
        ++ lib.filter at (declared "example" "examples")
      )
    );

  folders = manifestFolders "";
  manifests = lib.mergeAttrsList (
    map (folder: {
      "${folder}Cargo.toml" = builtins.toFile "Cargo.toml" (
        builtins.unsafeDiscardStringContext (builtins.readFile (src + "/${folder}Cargo.toml"))
      );
    }) folders
  );
  lock = builtins.toFile "Cargo.lock" (
    builtins.unsafeDiscardStringContext (builtins.readFile (src + "/Cargo.lock"))
  );
in
pkgs.runCommand "source" { } ''
  mkdir -p $out
  cp ${lock} $out/Cargo.lock
  ${lib.concatStrings (
    lib.mapAttrsToList (path: file: ''
      mkdir -p "$(dirname "$out/${path}")"
      cp ${file} "$out/${path}"
    '') manifests
  )}
  ${lib.concatMapStrings (folder: lib.concatMapStrings (path: stub "${folder}${path}") (stubsOf folder)) folders}
  ${extraDummyScript}
''
