# The tables of ../../docs/adr/0003-native-build.md. Input: a line for each measured build (tables.nix says
# of what), and the number of each run's instructions or fuel in it.

def grouped: tostring | [while(length > 0; .[:-3]) | .[-3:]] | reverse | join(",");
def digits(count): tostring | ("0" * ([count - length, 0] | max) // "") + .;
def fixed(places): pow(10; places) as $scale
  | (. * $scale | round) as $all
  | "\($all / $scale | floor).\($all % $scale | digits(places))";
def mean: map(log) | add / length | exp;
def cells: "| \(join(" | ")) |";

["start-up", "help", "config", "message", "conversation", "search"] as $runs
| [inputs] as $all
| def of($kind): [$all[] | select(.kind == $kind)];
  def named($kind; $name): of($kind)[] | select(.name == $name);
  def counts($which): . as $build | [$runs[] as $run | $build.instructions[] | select(.run == $run) | .[$which]];

  # Instructions of each run, and their ratio to those of cargo's release build.
  def runs_table($which; $head):
    [named("build"; "release", "release-pgo", "shipped", "shipped-pgo") | counts($which)] as [$base, $profiled, $ships, $both]
    | def ratios($counts): [range($runs | length) as $i | $counts[$i] / $base[$i]];
      def pair($i; $counts): ($counts[$i] | grouped), (ratios($counts)[$i] | fixed(3));
      def row($i): [$runs[$i], ($base[$i] | grouped), pair($i; $profiled, $ships, $both)];
      ([$head, "release", "with a profile", "ratio", "as it ships", "ratio", "as it ships, with a profile", "ratio"] | cells),
      "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
      (range($runs | length) | row(.) | cells),
      (["geometric mean", "", (($profiled, $ships, $both) | "", (ratios(.) | mean | fixed(3)))] | cells);

  def builds_table:
    (["build", "bytes", "crates compiled", "CPU s"] | cells),
    "| --- | ---: | ---: | ---: |",
    ((of("build"), of("instrumented"))[] | [.label, (.sections.bytes | grouped), .steps, (.seconds | round)] | cells);

  def native_lto:
    (named("build"; "release") | counts("own")) as $base
    | def row($program): [$program, .lto, .units, (.sections.bytes | grouped),
        (counts("own") as $own | [range($runs | length) as $i | $own[$i] / $base[$i]] | mean | fixed(3)), (.seconds | round)];
      (named("build"; "release") + { lto: "cargo's default", units: "16" }, of("lto")[]) | row("native") | cells;
  def wasm_lto:
    of("wasm") | group_by(.target)[]
    | (.[] | select(.lto == "fat" and .units == "1") | .fuel) as $base
    | .[] | .fuel as $fuel
    | [.target, .lto, .units, (.bytes | grouped), ([$base | keys[] as $case | $fuel[$case] / $base[$case]] | mean | fixed(3)),
      (.seconds | round)] | cells;
  def lto_table:
    (["program", "LTO", "codegen units", "bytes", "work", "CPU s"] | cells),
    "| --- | --- | ---: | ---: | ---: | ---: |", native_lto, wasm_lto;

  def sections_table:
    [[".text"], [".rodata"], [".eh_frame", ".eh_frame_hdr", ".gcc_except_table"],
      [".rela.dyn", ".rela.plt", ".relr.dyn"], [".data.rel.ro"]] as $groups
    | named("build"; "release").sections.bytes as $base
    | def bytes($names): .sections.sections as $sections | [$names[] | $sections[.] // 0] | add;
      def row: . as $build | [$groups[] as $group | $build | bytes($group)] as $parts
        | [.label, (.sections.bytes | grouped), (.sections.bytes / $base | fixed(3)), ($parts[] | grouped),
          (.sections.bytes - ($parts | add) | grouped), (counts("whole")[0] | grouped)] | cells;
      (["lever", "bytes", "ratio", ".text", ".rodata", "unwinding", "relocations", ".data.rel.ro", "all else",
        "start-up, whole process"] | cells),
      "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
      ((named("build"; "release"), of("section")[], (named("build"; "shipped") | .label = "as it ships")) | row);

  "**Instructions of each run, below `main`**", "",
  runs_table("own"; "run"), "",
  "**Instructions of each run, the whole process**", "",
  runs_table("whole"; "run, whole process"), "",
  "**The builds**", "", builds_table, "",
  "**Link-time optimization and codegen units**", "", lto_table, "",
  "**Sections**", "", sections_table
