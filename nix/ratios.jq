# Tables of ratios from baselines/bench.json: for each target, workloads in rows and `$allocators` in columns, each as
# fuel with bulk memory by the byte / once / grown pages of `$to`'s. Above the tables stand the tools of the counts; of
# other tools further tables follow.

# What startup does is subtracted from the others; worst is for single requests.
def workloads: keys - ["startup", "worst"];
def measures: ["fuel", "fuel_bulk_once", "grown_pages"];

def line: "| \(join(" | ")) |";
def three_digits: . * 1000 | round | "\(. / 1000 | floor).\(tostring | "000\(.)"[-3:])";
def cell: map(three_digits) | join(" / ");
def geometric_mean: (map(log) | add) / length | exp;

def tools: "With rustc \(.rustc), \(."wasm-opt"), nixpkgs \(.nixpkgs), wasmtime \(.wasmtime):";

# Of the rows of one fingerprint: the numbers of one cell.
def ratios($allocator; $target; $workload):
  [measures[] as $measure
    | .["\($allocator)-\($target)"][$workload][$measure] / .["\($to)-\($target)"][$workload][$measure]];

def table($target):
  . as $rows
  | (.["\($to)-\($target)"] | workloads) as $workloads
  | [$target] + $allocators, ["---"] + ($allocators | map("---:")),
    ($workloads[] as $workload
      | [$workload] + [$allocators[] as $allocator | $rows | ratios($allocator; $target; $workload) | cell]),
    ["geometric mean"]
      + [$allocators[] as $allocator
        | [$workloads[] as $workload | $rows | ratios($allocator; $target; $workload)]
        | transpose | map(geometric_mean) | cell]
  | line;

[.fingerprints as $tools
  | .rows | to_entries[]
  # As they ship: compiled for size. (The counts of clawft are under fingerprints of their own.)
  | select($tools[.key]["cargo-profile"] == "release-wasm" and .value["\($to)-wasip1"])
  | .value as $rows
  | ($tools[.key] | tools), (("wasip1", "wasip2") as $target | "", ($rows | table($target))), ""]
| if . == [] then error("baselines/bench.json has no counts of \($to) compiled for size") else .[] end
