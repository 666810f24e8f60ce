# What `wasm-heft` says of artifacts: `diff` names the cause, `profile` tells a leak, `update` names the
# tools.
{
  artifacts,
  callFile,
  lib,
  matrix,
  modules,
  optimize,
  pkgs,
  programs,
  runCommand,
  writeShellApplication,
}:

let
  promises = callFile ./promises.nix;
  rejects = callFile ./rejects.nix;
  recommended = target: artifacts."${matrix.recommended}-${target}";

  # Of a program that got one more dependency, the crate with the largest change is that dependency.
  diff =
    name: old: new:
    promises "diff-${name}"
      {
        nativeBuildInputs = [
          pkgs.jq
          programs.wasm-heft-static
        ];
      }
      {
        cause = ''
          wasm-heft diff --no-compress ${old.file} ${new.file}
          wasm-heft diff --no-compress --format json ${old.file} ${new.file} >diff.json
          top=$(jq -r '.crates[0].name' diff.json)
          if [ "$top" != miniz_oxide ]; then
            echo "the largest change is $top, expected miniz_oxide"
            exit 1
          fi
        '';
      };
  diffOf = target: diff target (recommended target) (recommended target).grown;

  # In a long conversation the memory of the allocator that never frees grows to the end, and that of
  # the recommended one stays as it is from the middle on. Both are drawn in one picture, which is kept.
  traced =
    target: allocator:
    optimize {
      name = "workloads-${allocator}-${target}-traced";
      bin = "workloads";
      module = modules.workloads {
        inherit target;
        name = "${allocator}-${target}-traced";
        features = [
          "alloc-${allocator}"
          "one-heap"
          "alloc-tracing"
        ];
      };
    };

  profiles =
    target:
    runCommand "profiles-${target}" { nativeBuildInputs = [ programs.wasm-heft ]; } ''
      mkdir $out
      wasm-heft profile ${
        lib.concatMapStringsSep " " (allocator: "${allocator}=${traced target allocator}/workloads.wasm") [
          matrix.recommended
          "lol-leaking"
        ]
      } --svg $out/memory.svg --format json --report $out/profile.json -- longrun
    '';

  # `judge` is jq's, over the pages at each quarter of the operations.
  memory = target: allocator: judge: words: ''
    jq '.modules[] | select(.name == "${allocator}") | .profile
      | (.samples | length) as $n
      | [($n / 4, $n / 2, $n * 3 / 4 | floor), $n - 1] as $ends
      | { pages: [.samples[$ends[]].pages],
          samples: $n, first_pages, live_bytes, peak_live_bytes }' \
      ${profiles target}/profile.json | tee found
    if ! jq --exit-status '.samples > 100 and (.pages | ${judge})' found >/dev/null; then
      echo ${lib.escapeShellArg words}
      exit 1
    fi
  '';
  grows =
    target: allocator:
    memory target allocator ".[0] < .[1] and .[1] < .[2] and .[2] < .[3]"
      "expected memory that grows in each quarter of the run";
  stays =
    target: allocator:
    memory target allocator ".[1] == .[3]"
      "expected memory that does not grow in the second half of the run";
  profile = name: promises name { nativeBuildInputs = [ pkgs.jq ]; };

  # The update names the tools as the cause: of artifacts that other tools made, `nix run .#update` shows
  # what changed and that it was not the source; of a lock that stays as it is, that there is nothing to
  # do. (nix itself is played by a script: a build reaches no network.)
  others = runCommand "matrix-of-other-tools" {
    nativeBuildInputs = [
      pkgs.binaryen
      programs.wasm-heft-static
    ];
  } ''
    mkdir -p $out/words
    wasm-heft optimize ${(recommended "wasip1").unoptimized} -o $out/words/clawft.wasm \
      --names $out/words/clawft.names.wasm --record $out/words/clawft.json \
      --opt-args=-O3 --fingerprint nixpkgs=another
  '';
  before = runCommand "matrix-before" { } ''
    mkdir -p $out/words
    cp ${(recommended "wasip1").file} ${(recommended "wasip1").names} ${(recommended "wasip1").record} $out/words/
  '';
  nix =
    updates:
    writeShellApplication {
      name = "nix";
      text = ''
        case "$1" in
          flake) ${if updates then "echo new >>flake.lock" else "true"} ;;
          build) echo ${others} ;;
          *) exit 9 ;;
        esac
      '';
    };
  update = updates: words: ''
    PATH=${nix updates}/bin:$PATH
    echo old >flake.lock
    bash ${../nix/update.sh} ${before} | tee found
    ${lib.concatMapStrings (words: ''
      if ! grep -q -F -e ${lib.escapeShellArg words} found; then
        echo "expected the update to say:" ${lib.escapeShellArg words}
        exit 1
      fi
    '') words}
  '';
  updates = name: promises name { nativeBuildInputs = [ programs.wasm-heft-static ]; };
in
{
  checks = {
    tool-diff = diffOf "wasip1";
    tool-update = updates "tool-update" {
      new-tools = update true [
        "== words/clawft.wasm"
        "nixpkgs"
        "another"
        "0 artifacts are the same, 1 changed."
        "accept -- --reason"
      ];
      nothing = update false [ "nothing to build" ];
    };

    rejects-tool = rejects "tool" {
      # Another allocator is another cause.
      diff = {
        check = diff "other" artifacts.lol-wasip1 artifacts.talc-wasip1;
        message = "expected miniz_oxide";
      };
      update = {
        check = updates "update" { no-tools = update false [ "1 changed" ]; };
        message = "expected the update to say";
      };
    };
  };

  deep = {
    tool-diff-wasip2 = diffOf "wasip2";
    tool-profile = profile "tool-profile" (
      lib.concatMapAttrs (target: _: {
        "${matrix.recommended}-${target}-stays" = stays target matrix.recommended;
        "lol-leaking-${target}-grows" = grows target "lol-leaking";
      }) matrix.targets
    );
    rejects-tool-profile = rejects "tool-profile" (
      lib.concatMapAttrs (target: _: {
        "stays-${target}" = {
          check = profile "stays-${target}" { stays = stays target "lol-leaking"; };
          message = "expected memory that does not grow in the second half of the run";
        };
        "grows-${target}" = {
          check = profile "grows-${target}" { grows = grows target matrix.recommended; };
          message = "expected memory that grows in each quarter of the run";
        };
      }) matrix.targets
    );
  };
}
