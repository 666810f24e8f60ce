# The tables of numbers that stand in documents, each between two comments that name it: `apps.docs` writes
# them there, and ../checks/numbers.nix compares them; those that are cut from other files, ../checks/cargo.nix does. (The
# two ADRs with numbers have commands of their own.)
{
  artifacts,
  lab,
  lib,
  matrix,
  minSteps,
  pkgs,
  programs,
  runCommand,
  savings,
  savingsMin,
  sizeByFeature,
  writeShellApplication,
}:

let
  # Names separated by spaces, for awk.
  shippedAllocators = toString (lib.attrNames matrix.allocators);

  # Ends of artifacts' names: each kind has a budget of its own.
  kinds = lib.concatMap (target: map (end: target + end) ends) (lib.attrNames matrix.targets);
  ends = builtins.sort builtins.lessThan (lib.attrValues matrix.shipped);

  sizes =
    runCommand "sizes-table.md"
      {
        nativeBuildInputs = [
          pkgs.jq
          programs.wasm-heft-static
        ];
      }
      ''
        ln -s ${../baselines} baselines
        wasm-heft gate --budgets baselines/budgets.toml --format json ${
          lib.concatStringsSep " " (lib.mapAttrsToList (name: artifact: "${name}=${artifact.file}") artifacts)
        } >gate.json
        jq --raw-output '
          def grouped: tostring | [while(length > 0; .[:-3]) | .[-3:]] | reverse | join(",");
          def line: "| \(join(" | ")) |";
          ["raw", "gzip", "brotli"] as $measures
          | ["artifact"] + $measures, ["---", "---:", "---:", "---:"],
            (.rows | group_by(.artifact)[] | . as $rows
              | [$rows[0].artifact]
                + [$measures[] as $measure | $rows[] | select(.measure == $measure) | "\(.size_bytes | grouped) B"]),
            # Of each kind those of its first artifact: they share a budget.
            (["limit", "guard", "stretch"][] as $budget
              | ${builtins.toJSON kinds}[] as $of
              | ["\($budget), \($of)"]
                + [$measures[] as $measure
                  | first(.rows[] | select(.measure == $measure and (.artifact | endswith("-\($of)"))))
                  | "\(.["\($budget)_bytes"] | grouped) B"])
          | line' gate.json >$out
      '';

  saved = runCommand "savings-table.md" { } ''
    {
      echo '```console'
      echo '$ nix/run build .#savings && cat result'
      cat ${savings}
      echo '```'
    } >$out
  '';

  savedByMin = runCommand "savings-min-table.md" { } ''
    awk '
      NR == 1 { print "| target | plain | one heap | min | less than plain |"; print "| --- | ---: | ---: | ---: | ---: |"; next }
      { printf "| %s | %s | %s | %s | %s %% |\n", $1, grouped($2), grouped($3), grouped($4), $5 }
      function grouped(number,    text) {
        for (text = ""; length(number) > 3; number = substr(number, 1, length(number) - 3))
          text = "," substr(number, length(number) - 2) text
        return number text
      }' ${savingsMin} >$out
  '';

  # Of the ADR's first table, the allocators that ship and the columns that most people look at.
  decision = runCommand "decision-table.md" { } ''
    awk -F ' *[|] *' -v shipped=${lib.escapeShellArg shippedAllocators} -v recommended=${matrix.recommended} '
      BEGIN {
        split(shipped, names, " ")
        for (i in names) ships[names[i]] = 1
        columns = split("size,brotli,fuel: documents,fuel: mixed,fuel: long run,pages,total", shown, ",")
      }
      $2 == "rank" {
        head = "|"; rule = "| ---"
        for (i = 1; i <= NF; i++) of[$i] = i
        for (i = 1; i <= columns; i++) {
          if (!(shown[i] in of)) { print "no column " shown[i] >"/dev/stderr"; exit 1 }
          head = head " | " shown[i]; rule = rule " | ---:"
        }
        print head " |"; print rule " |"
        next
      }
      of["rank"] && !/^[|]/ { exit }
      of["rank"] && $of["candidate"] in ships {
        name = $of["candidate"]
        row = name == recommended ? "| **" name "** (recommended)" : "| " name
        for (i = 1; i <= columns; i++) row = row " | " $of[shown[i]]
        print row " |"
      }' ${../docs/adr/0001-global-allocator.md} >$out
    [ "$(wc -l <$out)" = ${toString (2 + lib.length (lib.attrNames matrix.allocators))} ] || {
      echo "expected a row of each allocator that ships in the ADR's first table" >&2
      cat $out >&2
      exit 1
    }
  '';

  # Of the long table, the means of the recommended allocator over the programs of others.
  foreignMean =
    long:
    runCommand "foreign-mean-table.md" { } ''
      awk -F ' *[|] *' -v of=${matrix.recommended} '
        BEGIN { print "| " of " | fuel | grown pages |"; print "| --- | ---: | ---: |" }
        $3 == "dlmalloc: fuel, pages" {
          target = $2; column = 0
          for (i = 1; i <= NF; i++) if ($i == of) column = i
        }
        $2 == "of others\047 programs" && column { split($column, mean, " / "); print "| " target " | " mean[1] " | " mean[2] " |" }
        ' ${long} >$out
      [ "$(wc -l <$out)" = ${toString (2 + lib.length (lib.attrNames matrix.targets))} ] || {
        echo "expected a mean of ${matrix.recommended} for each target" >&2
        cat $out >&2
        exit 1
      }
    '';

  # Of the tables of what is saved and of sizes: the program with talc by the plain recipe, as it ships, and for size.
  levers =
    from:
    runCommand "levers-table.md" { } ''
      awk '
        function grouped(number,    text) {
          for (text = ""; length(number) > 3; number = substr(number, 1, length(number) - 3))
            text = "," substr(number, length(number) - 2) text
          return number text
        }
        NF == 4 && /^wasip[12] / { plain[$1] = grouped($2); shipped[$1] = grouped($3) }
        /^[|] talc-wasip[12]-min [|]/ { target = $2; gsub(/^talc-|-min$/, "", target); small[target] = $4 }
        function line(what, of) { print "| " what " | " of["wasip1"] " B | " of["wasip2"] " B |" }
        END {
          if (length(plain) != 2 || length(small) != 2) { print "no sizes of both targets" >"/dev/stderr"; exit 1 }
          print "| clawft with talc | wasip1 | wasip2 |"; print "| --- | ---: | ---: |"
          line("the plain recipe", plain); line("as the flake builds it", shipped); line("with the profile `min`", small)
        }' ${from} >$out
    '';

  # Allocators beside each other, in relation to the dlmalloc crate, by the counts that were accepted.
  ratios =
    allocators: bench:
    runCommand "ratios-table.md" { nativeBuildInputs = [ pkgs.jq ]; } ''
      jq --raw-output --arg to dlmalloc --argjson allocators ${lib.escapeShellArg (builtins.toJSON allocators)} \
        --from-file ${./ratios.jq} ${bench} >$out
    '';
  talcTailBeside = [
    "talc"
    "talc-tail"
  ];
  slabsBeside = talcTailBeside ++ [ "slabs" ];

  tables = {
    min-steps = {
      file = "docs/min.md";
      table = minSteps;
    };
    savings = {
      file = "README.md";
      table = saved;
    };
    savings-min = {
      file = "docs/min.md";
      table = savedByMin;
    };
    size-by-feature = {
      file = "docs/size-by-feature.md";
      table = sizeByFeature.table;
    };
    sizes = {
      file = "README.md";
      table = sizes;
    };
  };
  # Apart, since counting them takes long.
  longTables.foreign-workloads = {
    file = "docs/foreign-workloads.md";
    table = lab.foreign.table;
  };
  # Apart, since nothing has to be built for them: they are made of files of this repository.
  cutTables = {
    decision = {
      file = "README.md";
      table = decision;
    };
    foreign-mean = {
      file = "README.md";
      table = foreignMean ../docs/foreign-workloads.md;
    };
    levers = {
      file = "docs/smaller.md";
      table = levers ../README.md;
    };
    slabs = {
      file = "docs/slabs.md";
      table = ratios slabsBeside ../baselines/bench.json;
    };
    talc-tail = {
      file = "docs/talc-tail.md";
      table = ratios talcTailBeside ../baselines/bench.json;
    };
  };
  # The picture of README.md.
  picture = {
    file = "docs/size-fuel.svg";
    drawn =
      runCommand "size-fuel.svg" { nativeBuildInputs = [ programs.wasm-heft-static ]; }
        "wasm-heft plot size-fuel --bench ${lab.bench} --group wasip2 --reference dlmalloc -o $out";
  };

  written = name: "<!-- numbers ${name}: written by a command, do not edit -->";
  end = name: "<!-- numbers ${name}: end -->";
in
{
  inherit
    cutTables
    longTables
    picture
    ratios
    slabsBeside
    tables
    ;
  # What each writer writes. What is cut from a table that it writes is cut from the new one.
  written = {
    docs =
      tables
      // cutTables
      // {
        levers = cutTables.levers // {
          table = levers "${saved} ${sizes}";
        };
      };
    docs-lab = longTables // {
      foreign-mean = cutTables.foreign-mean // {
        table = foreignMean lab.foreign.table;
      };
    };
  };

  # Shell that fails where a document's table is not `table`.
  compare = name: { file, table }: ''
    awk -v begin=${lib.escapeShellArg (written name)} -v end=${lib.escapeShellArg (end name)} '
      $0 == end { inside = 0; ended = 1 }
      inside && NF { print }
      $0 == begin { inside = 1 }
      END { exit !ended }' ${../. + "/${file}"} >found || {
      echo "${file} has no table ${name}: its comments are not there"
      exit 1
    }
    if ! grep . ${table} | diff found -; then
      echo "${file}, ${name} (<) and the numbers (>) part; write them there: nix/run run .#docs"
      exit 1
    fi
  '';

  comparePicture = ''
    if ! cmp ${../. + "/${picture.file}"} ${picture.drawn}; then
      echo "${picture.file} and the numbers part; draw it anew: nix/run run .#docs-lab"
      exit 1
    fi
  '';

  # Writes `tables` into the documents of the folder it is run in, and what they were measured with.
  # more: further shell.
  writer =
    name: tables: more:
    writeShellApplication {
      inherit name;
      runtimeInputs = [
        pkgs.jq
        pkgs.gawk
      ];
      text = ''
        if [ ! -f baselines/budgets.toml ]; then
          echo "${name}: found no baselines/budgets.toml; run it in the project's own folder" >&2
          exit 2
        fi
        tools=$(jq -r '.fingerprint | "rustc \(.rustc), \(."wasm-opt"), nixpkgs \(.nixpkgs)"' \
          ${artifacts."${matrix.recommended}-wasip1".record})
        put() {
          local begin=$1 end=$2 file=$3 table=$4
          awk -v begin="$begin" -v end="$end" -v table="$table" -v tools="$tools" '
            $0 == end {
              print ""
              while ((getline line < table) > 0) if (line != "" || !blank) { print line; blank = line == "" }
              if (!blank) print ""
              inside = 0; ended = 1
            }
            /^Measured with: / { print "Measured with: " tools "."; next }
            !inside
            $0 == begin { inside = 1 }
            END { exit !ended }' "$file" >"$file.new" || {
            rm "$file.new"
            echo "${name}: $file has no line '$begin', or none that ends it" >&2
            exit 2
          }
          mv "$file.new" "$file"
          echo "$file"
        }
        ${lib.concatStrings (
          lib.mapAttrsToList (
            name:
            { file, table }:
            ''
              put ${lib.escapeShellArg (written name)} ${lib.escapeShellArg (end name)} ${file} ${table}
            ''
          ) tables
        )}
        ${more}
      '';
    };
}
