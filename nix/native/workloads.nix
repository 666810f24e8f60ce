# What the native program is given to do, for the profile and when its instructions are counted: six runs,
# each in a folder of its own that is made from written inputs. `folder` makes one: the profile comes
# from other texts than what is counted, so that it is judged by work that it has not seen.
{
  callFile,
  lib,
  pkgs,
  runCommand,
}:

let
  levers = callFile ./levers.nix;
  plain = callFile ./build.nix (levers.plain // { name = "release"; });
in
rec {
  runs = {
    start-up = [ "version" ];
    help = [ "help" ];
    config = [
      "config"
      "check"
    ];
    message = [
      "agent"
      "-m"
      "@message@"
    ];
    conversation = [
      "agent"
      "--session"
      "long"
      "-m"
      "@message@"
    ];
    search = [
      "memory"
      "search"
      "-m"
      "@message@"
    ];
  };
  names = lib.attrNames runs;

  # An agent that has been talked to for 2,000 turns and remembers 300 texts. The texts are the lines
  # of a file; the first is the message of each run, the others are put together in ever new pairs.
  # NB: up to 2,047 texts a search compares with all of them.
  folder =
    name: texts:
    runCommand "clawft-native-${name}"
      {
        nativeBuildInputs = [
          pkgs.jq
          plain
        ];
      }
      ''
        mkdir -p $out/sessions
        cp ${./inputs/clawft.json} $out/clawft.json
        head -n 1 ${texts} >$out/message
        jq --raw-input --null-input --compact-output '
          [inputs] | .[1:] as $texts | ($texts | length) as $count
          | range(2000) as $turn
          | { messages: [
              { role: "user", content: $texts[$turn * 7 % $count] },
              { role: "assistant", content: ($texts[$turn * 11 % $count] + " " + $texts[$turn * 3 % $count]) }
            ] }' ${texts} >$out/sessions/long.jsonl
        jq --raw-output --slurp 'range(300) as $number | "\($number): \(.[$number * 5].messages[0].content)"' \
          $out/sessions/long.jsonl >texts
        cd $out
        while IFS= read -r text; do
          clawft memory add -m "$text" >"$NIX_BUILD_TOP/added"
        done <"$NIX_BUILD_TOP/texts"
        grep -x 'remembered as 300' "$NIX_BUILD_TOP/added"
      '';

  # Shell lines that do `each` for every run: in a fresh copy of the folder, with `$run` its name and
  # `"''${arguments[@]}"` what the program is told.
  forEach =
    folder: each:
    lib.concatMapStrings (run: ''
      run=${run}
      arguments=(${lib.escapeShellArgs runs.${run}})
      message=$(<${folder}/message)
      arguments=("''${arguments[@]/@message@/"$message"}")
      cp -r --no-preserve=mode,timestamps ${folder} "$NIX_BUILD_TOP/$run"
      cd "$NIX_BUILD_TOP/$run"
      ${each}
      cd "$NIX_BUILD_TOP"
      rm -r "$NIX_BUILD_TOP/$run"
    '') names;
}
