# What `wasm-heft` says of artifacts: `diff` names the cause, `profile` tells a leak, `update` names the
# tools; and a binary cache serves all that was built.
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

  # All artifacts are put into a signed cache on disk, and a machine with an empty store gets every one of
  # them from it and builds nothing. `spoil` is done to the cache before anybody asks for its files.
  packages = lib.mapAttrsToList (_: artifact: artifact.package) artifacts;
  cache =
    name: spoil:
    runCommand name
      {
        nativeBuildInputs = [ pkgs.nix ];
        closure = pkgs.closureInfo { rootPaths = packages; };
      }
      ''
        export HOME=$PWD NIX_CONF_DIR=$PWD NIX_STATE_DIR=$PWD/state NIX_LOG_DIR=$PWD/log
        # No other cache, and nothing is built: what is not in the cache is an error.
        cat >nix.conf <<EOF
        experimental-features = nix-command
        build-users-group =
        substituters =
        max-jobs = 0
        EOF
        cache=file://$PWD/cache
        nix key generate-secret --key-name here >secret
        nix key convert-secret-to-public <secret >public
        nix key generate-secret --key-name here >others

        # The store of this build, which no database describes so far.
        nix-store --load-db <$closure/registration
        nix store sign --key-file secret $(cat $closure/store-paths)
        nix copy --to "$cache?compression=none" ${toString packages}
        ${spoil}
        # NB: without a network nix asks no cache, unless the command line says so.
        nix build --store "$PWD/machine" --no-link --option substitute true \
          --option substituters "$cache" --option trusted-public-keys "$(cat public)" ${toString packages}
        for path in $(cat $closure/store-paths); do
          diff -r "$path" "$PWD/machine$path"
          echo "$path"
        done | tee $out
      '';
  # One byte of every module.
  tamper = ''
    for file in cache/nar/*; do
      printf T | dd of="$file" bs=1 seek=1000 conv=notrunc status=none
    done
  '';
in
{
  checks = {
    binary-cache = cache "binary-cache" "";
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
        says = "expected miniz_oxide";
      };
      update = {
        check = updates "update" { no-tools = update false [ "1 changed" ]; };
        says = "expected the update to say";
      };
      cache-tampered = {
        check = cache "tampered" tamper;
        says = "hash mismatch";
      };
      # With the hashes put right, only the signature tells.
      cache-forged = {
        check = cache "forged" ''
          ${tamper}
          for info in cache/*.narinfo; do
            file=cache/$(sed -n 's/^URL: //p' "$info")
            hash=sha256:$(nix hash file --type sha256 --base32 "$file")
            sed -i "s/^\(FileHash\|NarHash\): .*/\1: $hash/" "$info"
          done
        '';
        says = "not signed by any of the keys";
      };
      cache-of-another-signer = {
        check = cache "signer" "nix key convert-secret-to-public <others >public";
        says = "not signed by any of the keys";
      };
      # One that nobody put there.
      cache-without-files = {
        check = cache "missing" "rm cache/*.narinfo";
        says = "error";
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
          says = "expected memory that does not grow in the second half of the run";
        };
        "grows-${target}" = {
          check = profile "grows-${target}" { grows = grows target matrix.recommended; };
          says = "expected memory that grows in each quarter of the run";
        };
      }) matrix.targets
    );
  };
}
