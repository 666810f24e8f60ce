# A team that shares what it built: all artifacts are put into a signed binary cache, and a machine with an
# empty store and without builders gets every one of them from it. From a folder, and over HTTP.
{
  artifacts,
  callFile,
  lib,
  pkgs,
  runCommand,
}:

let
  rejects = callFile ./rejects.nix;
  packages = lib.mapAttrsToList (_: artifact: artifact.package) artifacts;

  # serve: sets `url`, where the cache in the folder `cache` is read. spoil: is done to the cache, or to what
  # the machine trusts, before anybody asks for its files. served: is looked at when everything is there.
  cache =
    {
      name,
      serve ? "url=file://$PWD/cache",
      spoil ? "",
      served ? "",
    }:
    runCommand name
      {
        nativeBuildInputs = [
          pkgs.nix
          pkgs.python3
        ];
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
        nix key generate-secret --key-name here >secret
        nix key convert-secret-to-public <secret >public
        nix key generate-secret --key-name here >others

        # The store of this build, which no database describes so far.
        nix-store --load-db <$closure/registration
        nix store sign --key-file secret $(cat $closure/store-paths)
        nix copy --to "file://$PWD/cache?compression=none" ${toString packages}
        ${spoil}
        ${serve}
        # NB: without a network nix asks no cache, tries once and waits a second, unless the command line says
        # otherwise. The server lets five wait.
        nix build --store "$PWD/machine" --no-link --option substitute true \
          --option connect-timeout 60 --option download-attempts 5 --option http-connections 4 \
          --option substituters "$url" --option trusted-public-keys "$(cat public)" ${toString packages}
        for path in $(cat $closure/store-paths); do
          diff -r "$path" "$PWD/machine$path"
          echo "$path"
        done | tee $out
        ${served}
      '';

  # The web server of Python on a port that is free, and its log. NB: a trap would take the place of the
  # builder's own; on failure the server ends with the sandbox.
  http = ''
    python3 -u -m http.server --bind 127.0.0.1 --directory cache 0 >address 2>requests &
    server=$!
    for attempt in $(seq 50); do
      port=$(sed -n 's/^Serving HTTP on 127.0.0.1 port \([0-9]*\) .*/\1/p' address)
      [ -z "$port" ] || break
      sleep 0.2
    done
    url=http://127.0.0.1:$port
    if ! python3 -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1])' "$url/nix-cache-info"; then
      echo "the web server does not answer"
      exit 1
    fi
  '';
  # Every path was asked for and sent, its description and its files.
  asked = ''
    for path in $(cat $closure/store-paths); do
      name=$(basename "$path")
      info=''${name%%-*}.narinfo
      for file in "$info" "$(sed -n 's/^URL: //p' "cache/$info")"; do
        if ! grep -q -F "\"GET /$file HTTP/1.1\" 200" requests; then
          echo "$file was not sent by the web server:"
          cat requests
          exit 1
        fi
      done
    done
    kill "$server"
    echo "$(grep -c ' 200 ' requests) files were sent" >>$out
  '';

  # One byte of every module.
  tamper = ''
    for file in cache/nar/*; do
      printf T | dd of="$file" bs=1 seek=1000 conv=notrunc status=none
    done
  '';
  # With the hashes put right, only the signature tells.
  forge = ''
    ${tamper}
    for info in cache/*.narinfo; do
      file=cache/$(sed -n 's/^URL: //p' "$info")
      hash=sha256:$(nix hash file --type sha256 --base32 "$file")
      sed -i "s/^\(FileHash\|NarHash\): .*/\1: $hash/" "$info"
    done
  '';
  another-signer = "nix key convert-secret-to-public <others >public";
  unsigned = "not signed by any of the keys";
in
{
  checks = {
    binary-cache = cache { name = "binary-cache"; };
  };

  deep = {
    rejects-farm = rejects "farm" {
      tampered = {
        check = cache {
          name = "tampered";
          spoil = tamper;
        };
        message = "hash mismatch";
      };
      forged = {
        check = cache {
          name = "forged";
          spoil = forge;
        };
        message = unsigned;
      };
      another-signer = {
        check = cache {
          name = "signer";
          spoil = another-signer;
        };
        message = unsigned;
      };
      # One that nobody put there.
      without-files = {
        check = cache {
          name = "missing";
          spoil = "rm cache/*.narinfo";
        };
        message = "error";
      };
    };

    farm-http = cache {
      name = "farm-http";
      serve = http;
      served = asked;
    };

    rejects-farm-http = rejects "farm-http" {
      another-signer = {
        check = cache {
          name = "http-signer";
          serve = http;
          spoil = another-signer;
        };
        message = unsigned;
      };
      forged = {
        check = cache {
          name = "http-forged";
          serve = http;
          spoil = forge;
        };
        message = unsigned;
      };
      no-server = {
        check = cache {
          name = "http-nobody";
          serve = ''
            ${http}
            kill "$server"
            # It ends as what was killed does.
            wait "$server" || [ $? -gt 128 ]
          '';
        };
        message = "error";
      };
      # Everything is there without one request: so it did not come over HTTP.
      another-way = {
        check = cache {
          name = "http-another-way";
          serve = ''
            ${http}
            url=file://$PWD/cache
          '';
          served = asked;
        };
        message = "was not sent by the web server";
      };
    };
  };
}
