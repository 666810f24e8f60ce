# The tables of docs/foreign-workloads.md: of each target, fuel and grown pages of every workload with every
# allocator, in relation to the dlmalloc crate.
# Arguments: $targets, $allocators and $published (the workloads that are not ours), with spaces between them.

# 0.876 of 0.8761.
def fixed:
  (. * 1000 | round | tostring) as $digits
  | ("000" + $digits)[-3:] as $fraction
  | "\((if ($digits | length) > 3 then $digits[:-3] else "0" end)).\($fraction)";
def grouped: tostring | [while(length > 0; .[:-3]) | .[-3:]] | reverse | join(",");
# An allocator that finds room in the initial memory grows it by no page.
def at_least_one: if . < 1 then 1 else . end;
def geometric_mean: map(log) | add / length | exp;
def cell: "\(.fuel | fixed) / \(.pages | fixed)";
# Of an allocator's name: one number for all workloads of $ratios.
def summary($ratios; of): . as $name
  | { fuel: ([$ratios[][$name].fuel] | of), pages: ([$ratios[][$name].pages] | of) }
  | cell;
def line: "| \(join(" | ")) |";

($allocators | split(" ") | ["dlmalloc"] + map(select(. != "dlmalloc"))) as $allocators
| ($allocators[1:]) as $others
| ($published | split(" ")) as $published
| .rows as $rows
| ($targets | split(" "))[] as $target
| (
    # { workload: { allocator: { fuel, pages } } }
    reduce (
      $rows[] as $row | $allocators[]
      | select(. as $name | $row.module | endswith("-\($name)-\($target)"))
      | { name: ., row: $row }
    ) as { $name, $row } ({}; .[$row.case][$name] = { fuel: $row.fuel, pages: $row.grown_pages })
  ) as $counts
| ($counts | map_values(. as $of | $others | map({
      key: .,
      value: {
        fuel: ($of[.].fuel / $of.dlmalloc.fuel),
        pages: (($of[.].pages | at_least_one) / ($of.dlmalloc.pages | at_least_one))
      }
    }) | from_entries)) as $ratios
| (["\($target)", "dlmalloc: fuel, pages"] + $others | line),
  (["---", "---:"] + ($others | map("---:")) | line),
  ($ratios | keys[] as $case
    | [$case, "\($counts[$case].dlmalloc.fuel | grouped), \($counts[$case].dlmalloc.pages | grouped)"]
      + ($others | map($ratios[$case][.] | cell))
    | line),
  # The mean of all, and of those alone that nobody of this project wrote.
  (["geometric mean", $ratios], ["of others' programs", ($ratios | with_entries(select(.key | IN($published[]))))]
    | . as [$title, $ratios]
    | [$title, ""] + ($others | map(summary($ratios; geometric_mean)))
    | line),
  (["worst", ""] + ($others | map(summary($ratios; max))) | line),
  ""
